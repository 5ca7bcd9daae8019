package dev.notifykit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is special to the queue in memory: its bounds, and what it leaves in the dedup store. The rules are in the testkit's contract. */
class InMemoryWorkQueueTest {

    private static final Target PHONE = Target.apns("com.acme.app", "c0ffee00c0ffee00c0ffee00c0ffee00");
    private static final Duration TTL = Duration.ofHours(6);
    private static final int MAX_KEYS = 10;

    private final ManualTime time = ManualTime.create();
    private final InMemoryDedupStore dedup = new InMemoryDedupStore(time, MAX_KEYS);
    private final InMemoryWorkQueue queue =
            InMemoryWorkQueue.builder(time).dedupStore(dedup).build();

    private static Submission submission(String name, @Nullable DedupKey key, String text) {
        Message.Builder b = Message.builder(Recipient.device(PHONE), Notification.alert("t", text))
                .id(MessageId.of(name));
        if (key != null) {
            b.dedupKey(key);
        }
        Message message = b.build();
        DedupKey named = new Submission(message, List.of(), TTL, Duration.ZERO).key();
        PushRequest request = PushRequest.builder(PHONE, message.notification())
                .id(new RequestId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))))
                .build();
        return new Submission(message, List.of(Delivery.of(message.id(), named, request)), TTL, Duration.ZERO);
    }

    private Submitted submit(String name, @Nullable DedupKey key) {
        return queue.submit(List.of(submission(name, key, "b"))).get(0);
    }

    private PartitionLease own() {
        return queue.acquire(0, "me", Duration.ofHours(1)).orElseThrow();
    }

    private List<Started> fetch(PartitionLease lease) {
        return queue.fetch(lease, new Demand(9, List.of(new Demand.Want(LaneKey.of(PHONE), Urgency.URGENT, 1_000))))
                .deliveries();
    }

    private void deliverAll(PartitionLease lease) {
        queue.settle(
                lease,
                fetch(lease).stream()
                        .<Settlement>map(
                                one -> new Settlement.Ended(one.delivery(), new SendResult.Accepted("p"), true))
                        .toList());
    }

    @Test
    void whatWaitsIsBoundedByItsSizeToo() {
        InMemoryWorkQueue small =
                InMemoryWorkQueue.builder(time).maxBytes(100_000).build();
        String large = "x".repeat(40_000);

        assertThat(small.submit(List.of(
                        submission("a", null, large), submission("b", null, large), submission("c", null, large))))
                .hasExactlyElementsOfTypes(Submitted.Queued.class, Submitted.Queued.class, Submitted.Full.class);
        assertThat(small.submit(List.of(submission("d", null, "small"))))
                .hasExactlyElementsOfTypes(Submitted.Queued.class);
        assertThat(small.state().bytes()).isBetween(80_000L, 100_000L);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> InMemoryWorkQueue.builder(time)
                        .partitions(0)
                        .maxBacklog(0)
                        .maxBytes(0)
                        .maxLetters(-1)
                        .build())
                .satisfies(e -> assertThat(e.problems()).hasSize(4));
    }

    @Test
    void aMessageWhoseKeyFindsNoRoomIsNotTaken() {
        for (int i = 0; i < MAX_KEYS; i++) {
            submit("m" + i, DedupKey.of("event-" + i));
        }
        deliverAll(own());

        assertThat(submit("more", DedupKey.of("event"))).isInstanceOf(Submitted.Full.class);
        assertThat(submit("again", DedupKey.of("event-3"))).isInstanceOf(Submitted.Duplicate.class);
        time.advance(TTL);
        assertThat(submit("more", DedupKey.of("event"))).isInstanceOf(Submitted.Queued.class);
    }

    @Test
    void messagesWithoutAKeyDoNotFillTheStoreForGood() {
        PartitionLease lease = own();
        submit("keyed", DedupKey.of("event"));
        for (int i = 0; i < 20 * MAX_KEYS; i++) {
            assertThat(submit("m" + i, null)).isInstanceOf(Submitted.Queued.class);
            deliverAll(lease);
        }

        assertThat(submit("m" + (20 * MAX_KEYS - 1), null)).isInstanceOf(Submitted.Queued.class);
        assertThat(queue.state().pending()).as("its own repetition").isZero();
        assertThat(submit("another", DedupKey.of("event"))).isInstanceOf(Submitted.Duplicate.class);
    }

    @Test
    void noMessageThatWaitsIsForgottenForAnother() {
        for (int i = 0; i < MAX_KEYS; i++) {
            submit("m" + i, null);
        }

        assertThat(submit("more", null)).isInstanceOf(Submitted.Full.class);
        for (int i = 0; i < MAX_KEYS; i++) {
            submit("m" + i, null);
        }
        assertThat(queue.state().queued()).isEqualTo(MAX_KEYS);
    }

    @Test
    void whatWaitsHidesNothingThatHasExpired() {
        submit("waits", DedupKey.of("waits"));
        ClaimTerms terms = new ClaimTerms(Duration.ofSeconds(1), Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            dedup.claim(DedupKey.of("brief-" + i), ClaimOwner.random(), terms);
        }
        time.advance(Duration.ofMinutes(2));
        dedup.claim(DedupKey.of("next"), ClaimOwner.random(), terms);

        assertThat(dedup).hasToString("InMemoryDedupStore[2 of " + MAX_KEYS + " keys]");
    }

    @Test
    void afterItsTimeNothingIsLeftOfAMessage() {
        PartitionLease lease = own();
        submit("a", DedupKey.of("event").content("one"));
        submit("b", DedupKey.of("event").content("two"));
        List<Started> all = fetch(lease);
        queue.settle(lease, List.of(new Settlement.Ended(all.get(1).delivery(), new SendResult.Expired(), false)));
        queue.settle(lease, List.of(new Settlement.Ended(all.get(0).delivery(), new SendResult.Expired(), false)));
        assertThat(dedup).hasToString("InMemoryDedupStore[0 of " + MAX_KEYS + " keys]");

        submit("c", DedupKey.of("event"));
        deliverAll(lease);
        assertThat(dedup).hasToString("InMemoryDedupStore[1 of " + MAX_KEYS + " keys]");
        time.advance(TTL);
        dedup.renew(DedupKey.of("any"), ClaimOwner.random(), new ClaimTerms(TTL, TTL.multipliedBy(2)));
        assertThat(dedup).hasToString("InMemoryDedupStore[0 of " + MAX_KEYS + " keys]");
    }

    @Test
    void aMessageThatOutlivedItsClaimAndDiesAgainHasOneLetter() {
        PartitionLease lease = own();
        for (int i = 0; i < 2; i++) {
            assertThat(submit("a", DedupKey.of("event"))).isInstanceOf(Submitted.Queued.class);
            Delivery dies = fetch(lease).get(0).delivery();
            DeadLetter letter = new DeadLetter(
                    DeadLetter.Id.of(dies.id()), DeadLetter.Why.ATTEMPTS, dies, "time " + i, 1, Instant.EPOCH);
            queue.settle(lease, List.of(new Settlement.Dead(dies, letter)));
            time.advance(TTL);
        }

        assertThat(queue.letters(null, 9).letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.lastReason()).isEqualTo("time 1"));
        QueueState state = queue.state();
        assertThat(state.made()).isEqualTo(2);
        assertThat(state.results()).isEqualTo(Map.of(Kind.DEAD_LETTERED, 1L));
    }

    @Test
    void withoutItsDedupStoreItTakesNothingMore() {
        PartitionLease lease = own();
        submit("a", null);
        List<Started> started = fetch(lease);
        submit("b", null);
        dedup.close();

        assertThatExceptionOfType(QueueUnavailableException.class).isThrownBy(() -> submit("c", null));
        assertThatExceptionOfType(QueueUnavailableException.class).isThrownBy(() -> fetch(lease));
        queue.settle(
                lease, List.of(new Settlement.Ended(started.get(0).delivery(), new SendResult.Accepted("p"), true)));
        assertThat(queue.state().results()).isEqualTo(Map.of(Kind.ACCEPTED, 1L));
    }

    @Test
    void itShowsNothingOfWhatIsSaid() {
        submit("a", DedupKey.of("secret"));

        assertThat(queue).hasToString("InMemoryWorkQueue[1 pending, 0 dead letters]");
        assertThat(queue.shared()).isFalse();
        queue.close();
        assertThat(queue.state().queued()).isEqualTo(1);
    }
}
