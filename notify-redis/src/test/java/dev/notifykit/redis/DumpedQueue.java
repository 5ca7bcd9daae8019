package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.device.Device;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.message.SubmitReceipt.Verdict;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.FakePushService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A queue whose only owner has died in the middle of its work, so that there is something in every place that a queue has. A message's id says what has
 * happened to it so far.
 */
final class DumpedQueue implements DumpPart {

    private static final String APP = "com.acme.app";
    private static final String OWNER = "of long ago";
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration LATER = Duration.ofHours(1);
    private static final Instant THEN = Instant.parse("2024-01-01T12:00:00.123Z");
    private static final Instant NEVER = Instant.parse("2200-01-01T00:00:00Z");
    private static final UserId ANNA = UserId.of("anna");
    private static final Target PHONE = Target.apns(APP, "aa01".repeat(16));
    private static final Target TABLET = Target.fcm(APP, "fid:tablet");

    private static final DedupKey GOAL = DedupKey.of("match 7").content("1:0");
    private static final DedupKey FINAL = DedupKey.of("match 8").content("1:0");
    private static final DedupKey DEAD = DedupKey.of("dead").content("one").version(3);
    private static final DedupKey TWICE = DedupKey.of("twice").content("one");

    @Override
    public String name() {
        return "queue";
    }

    private static Instant soon() {
        return Instant.now().plus(LATER);
    }

    private static Message.Builder to(String id, Target target) {
        return Message.builder(Recipient.device(target), Notification.alert("Goal!", "It is 2:1 — now"))
                .id(MessageId.of(id))
                .expiresAt(NEVER)
                .collapseId("goal");
    }

    private static Message.Builder to(String id) {
        return to(
                id,
                Target.apns(
                        APP,
                        UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                                .toString()));
    }

    private static Message.Builder toAnna(String id) {
        return Message.builder(Recipient.user(ANNA), Notification.alert("Hello", "Anna"))
                .id(MessageId.of(id))
                .expiresAt(NEVER);
    }

    private static Message with(String id, DedupKey key) {
        return to(id).dedupKey(key).build();
    }

    // ---- before

    @Override
    public void work(RedisStores stores, Clock clock) {
        WorkQueue queue = stores.workQueue();
        queue.attend(OWNER, LEASE);
        try (PushClient producer = producer(stores)) {
            producer.submit(Stream.concat(
                            Stream.of("ended", "started", "parked", "in-doubt", "revived", "purged", "alone")
                                    .map(id -> to(id).build()),
                            Stream.of(
                                    with("dead", DEAD),
                                    with("original", GOAL),
                                    with("correction", GOAL.content("2:0")),
                                    toAnna("two-phones").build()))
                    .toList());
            IntStream.range(0, queue.partitions()).forEach(partition -> ownerWhoDies(queue, partition));
            assertThat(queue.replay(List.of(letterOf(queue, "revived")))).containsExactly(Replayed.QUEUED);
            assertThat(queue.purge(List.of(letterOf(queue, "purged")))).isOne();
            queue.bury(List.of(letter(delivery(to("row").build(), PHONE, null), DeadLetter.Why.DEADLINE)));
            producer.submit(List.of(
                    to("waiting").build(),
                    to("waiting-bulk", TABLET).urgency(Urgency.BULK).build(),
                    to("scheduled").notBefore(soon()).build(),
                    toAnna("intake").build(),
                    toAnna("intake-later").notBefore(soon()).build(),
                    with("first-word", FINAL),
                    with("last-word", FINAL.content("2:0"))));
            producer.submit(List.of(with("twice-1", TWICE), with("twice-2", TWICE)));
        }
    }

    private static PushClient producer(RedisStores stores) {
        return PushClient.builder()
                .app(APP, FakePushService.create(ProviderId.APNS), FakePushService.create(ProviderId.FCM))
                .stores(stores)
                .owned(false)
                .build();
    }

    private static Demand everything() {
        return new Demand(
                100,
                List.of(
                        new Demand.Want(LaneKey.of(PHONE), Urgency.URGENT, 100),
                        new Demand.Want(LaneKey.of(TABLET), Urgency.URGENT, 100)));
    }

    private static void ownerWhoDies(WorkQueue queue, int partition) {
        PartitionLease lease = queue.acquire(partition, OWNER, LEASE).orElseThrow();
        Fetched first = queue.fetch(lease, everything());
        queue.expand(
                lease,
                first.messages().stream()
                        .<Expansion>map(taken -> new Expansion.Into(
                                taken.message(),
                                Stream.of(PHONE, TABLET)
                                        .map(target -> delivery(taken.message(), target, taken.key()))
                                        .toList()))
                        .toList());
        List<Delivery> started = Stream.concat(
                        first.deliveries().stream(), queue.fetch(lease, everything()).deliveries().stream())
                .map(Started::delivery)
                .toList();
        started.stream()
                .filter(delivery -> delivery.message().value().equals("alone"))
                .forEach(delivery -> queue.alone(lease, delivery));
        List<Settlement> settlements = started.stream()
                .flatMap(delivery -> settlement(delivery).stream())
                .toList();
        assertThat(queue.settle(lease, settlements)).isZero();
    }

    private static Optional<Settlement> settlement(Delivery delivery) {
        return Optional.ofNullable(
                switch (delivery.message().value()) {
                    case "ended", "correction" -> new Settlement.Ended(delivery, new SendResult.Accepted("p-1"), true);
                    case "parked", "original" ->
                        new Settlement.Parked(attempted(delivery, 2, false), LATER, true, false);
                    case "in-doubt" ->
                        new Settlement.Parked(attempted(delivery, 1, true), Duration.ofMinutes(1), true, true);
                    case "two-phones" ->
                        delivery.request().target().equals(PHONE)
                                ? new Settlement.Ended(delivery, new SendResult.Accepted("p-2"), true)
                                : new Settlement.Parked(delivery, Duration.ZERO, false, false);
                    case "dead", "revived", "purged" ->
                        new Settlement.Dead(delivery, letter(delivery, DeadLetter.Why.ATTEMPTS));
                    default -> null;
                });
    }

    private static Delivery attempted(Delivery delivery, int attempts, boolean unknown) {
        return new Delivery(
                delivery.message(), delivery.key(), delivery.request(), attempts, unknown, Duration.ofSeconds(5));
    }

    private static Delivery delivery(Message message, Target target, @Nullable DedupKey key) {
        String name = message.id() + " " + target.address();
        return Delivery.of(
                message.id(),
                key,
                PushRequest.builder(target, message.notification())
                        .id(new RequestId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))))
                        .expiresAt(NEVER)
                        .urgency(message.urgency())
                        .build());
    }

    private static DeadLetter letter(Delivery delivery, DeadLetter.Why why) {
        return new DeadLetter(DeadLetter.Id.of(delivery.id()), why, delivery, "Busy", 10, THEN);
    }

    private static DeadLetter.Id letterOf(WorkQueue queue, String message) {
        return queue.letters(null, 100).letters().stream()
                .filter(letter -> isOf(letter, message))
                .map(DeadLetter::id)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOf(DeadLetter letter, String message) {
        Delivery delivery = letter.delivery();
        return delivery != null && delivery.message().value().equals(message);
    }

    // ---- after

    @Override
    public void goOn(Dump dump) throws Exception {
        asItWasLeft(dump.heir(Duration.ZERO));
        isFinished(dump);
    }

    private static void asItWasLeft(RedisStores stores) {
        WorkQueue queue = stores.workQueue();
        QueueState before = queue.state();
        assertThat(before.intake()).isEqualTo(2);
        assertThat(before.made()).isEqualTo(18);
        assertThat(before.queued()).isEqualTo(7);
        assertThat(before.parked()).isEqualTo(4);
        assertThat(before.started()).isEqualTo(2);
        assertThat(before.deadLetters()).isEqualTo(2);
        assertThat(before.buried()).isOne();
        assertThat(before.results()).isEqualTo(Map.of(Kind.ACCEPTED, 3L, Kind.DEAD_LETTERED, 1L));
        assertThat(before.possibleDuplicates()).as("what was in doubt").isOne();
        assertThat(Queues.isLawful(before)).isTrue();

        assertThat(queue.attend("heir", LEASE)).as("the owner still counts").isEqualTo(2);
        for (int partition = 0; partition < queue.partitions(); partition++) {
            assertThat(queue.acquire(partition, "heir", LEASE)).isEmpty();
        }
        assertThat(allLetters(queue)).allSatisfy(letter -> {
            assertThat(letter.lastReason()).isEqualTo("Busy");
            assertThat(letter.attempts()).isEqualTo(10);
            assertThat(letter.at()).isEqualTo(THEN);
        });
        try (PushClient producer = producer(stores)) {
            assertThat(producer.submit(List.of(
                            to("waiting").build(),
                            with("dead", DEAD),
                            with("last-word", FINAL.content("2:0")),
                            with("other-1", DEAD),
                            with("other-2", DEAD.content("two").version(2)),
                            with("other-3", TWICE),
                            with("other-4", GOAL.content("2:0")))))
                    .extracting(SubmitReceipt::verdict)
                    .containsExactly(
                            Verdict.QUEUED,
                            Verdict.QUEUED,
                            Verdict.CORRECTION,
                            Verdict.DUPLICATE,
                            Verdict.STALE,
                            Verdict.DUPLICATE,
                            Verdict.DUPLICATE);
        }
        assertThat(queue.state()).isEqualTo(before);
    }

    private static List<DeadLetter> allLetters(WorkQueue queue) {
        List<DeadLetter> all = new ArrayList<>();
        DeadLetters.Cursor cursor = null;
        do {
            DeadLetters.Page page = queue.letters(cursor, 1);
            all.addAll(page.letters());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    private static void isFinished(Dump dump) throws Exception {
        RedisStores stores = dump.heir(LATER.multipliedBy(2));
        WorkQueue queue = stores.workQueue();
        for (Target target : List.of(PHONE, TABLET)) {
            answer(stores.deviceStore()
                    .register(Device.builder(ANNA, target, THEN).build()));
        }
        QueueHeir heir = new QueueHeir(APP);
        try (PushClient client = heir.client(dump.together())) {
            client.start();
            heir.untilQuiet(queue);
            assertThat(heir.results("started", "parked", "in-doubt", "revived", "waiting", "waiting-bulk", "scheduled"))
                    .containsOnly(Kind.ACCEPTED)
                    .hasSize(7);
            assertThat(heir.results("two-phones", "twice-1", "last-word"))
                    .as("the other phone had its own, and the other message was the same")
                    .containsOnly(Kind.ACCEPTED)
                    .hasSize(3);
            assertThat(heir.results("intake", "intake-later"))
                    .containsOnly(Kind.ACCEPTED)
                    .hasSize(4);
            assertThat(heir.results("original", "first-word"))
                    .containsOnly(Kind.SUPPRESSED)
                    .hasSize(2);
            assertThat(heir.results("alone"))
                    .as("one process has died with it: that proves nothing yet")
                    .containsExactly(Kind.ACCEPTED);
            assertThat(heir.count()).isEqualTo(17);
            assertThat(heir.sent()).as("nobody twice").hasSize(15).doesNotHaveDuplicates();
            assertThat(heir.sentTo(PHONE, "intake"))
                    .as("a message's request has one id, whichever build expands it")
                    .isEqualTo("5028c735-8140-8976-8b54-0009f7344dc9");

            assertThat(client.deadLetters().replay(List.of(letterOf(queue, "dead"), letterOf(queue, "row"))))
                    .containsExactly(Replayed.QUEUED, Replayed.QUEUED);
            heir.untilQuiet(queue);
            assertThat(heir.results("dead", "row")).containsOnly(Kind.ACCEPTED).hasSize(2);
        }
        QueueState end = queue.state();
        assertThat(Queues.isLawful(end)).isTrue();
        assertThat(end.bytes()).isZero();
        assertThat(end.deadLetters()).isZero();
        assertThat(end.possibleDuplicates()).as("and what was started").isEqualTo(3);
        for (DedupKey key : List.of(DEAD, TWICE, GOAL.content("2:0"), FINAL.content("2:0"))) {
            assertThat(answer(claim(stores.dedupStore(), key, BERT))).isEqualTo(DUPLICATE);
        }
    }
}
