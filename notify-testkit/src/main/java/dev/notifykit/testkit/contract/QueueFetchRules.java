package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.EVENT;
import static dev.notifykit.testkit.contract.QueueValues.FIRST_LANE;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.OTHER_LANE;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.messagesOf;
import static dev.notifykit.testkit.contract.QueueValues.names;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Text;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what an owner gets. */
public abstract class QueueFetchRules extends QueueLeaseRules {

    QueueFetchRules() {}

    private Fetched fetch(PartitionLease lease, LaneKey lane, Urgency urgency, int max) {
        return queue().fetch(lease, new Demand(0, List.of(new Demand.Want(lane, urgency, max))));
    }

    @Test
    public void theOldestComesFirst() {
        for (int i = 1; i <= 30; i++) {
            submitNew("d" + i);
            submitNew(toExpand(message("m" + i, null)));
        }
        PartitionLease lease = own();
        List<String> deliveries = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Fetched fetched = fetch(lease, 3, 3);
            deliveries.addAll(namesOf(fetched));
            messages.addAll(messagesOf(fetched));
        }

        assertEquals(names("d", 1, 30), deliveries);
        assertEquals(names("m", 1, 30), messages);
        assertEquals(Fetched.NOTHING, fetchAll(lease));
    }

    @Test
    public void noMoreComesThanIsWanted() {
        for (int i = 1; i <= 5; i++) {
            submitNew(to(message("u" + i, null, Urgency.URGENT), 1, -1));
            submitNew(to(message("b" + i, null, Urgency.BULK), 1, -1));
            submitNew(toExpand(message("m" + i, null)));
        }
        PartitionLease lease = own();

        assertEquals(Fetched.NOTHING, fetch(lease, 0, 0));
        Fetched some = fetch(lease, FIRST_LANE, Urgency.BULK, 2);
        assertEquals(List.of("b1", "b2"), namesOf(some));
        assertTrue(QueueValues.deliveriesOf(some).stream()
                .allMatch(delivery -> delivery.lane().equals(FIRST_LANE)));
        assertEquals(List.of(), some.messages());
        assertEquals(names("u", 1, 5), namesOf(fetch(lease, OTHER_LANE, Urgency.URGENT, 9)));
        assertEquals(Fetched.NOTHING, fetch(lease, OTHER_LANE, Urgency.URGENT, 9));
        assertEquals(names("m", 1, 2), messagesOf(fetch(lease, 2, 0)));
        Fetched several = queue().fetch(
                        lease,
                        new Demand(
                                1,
                                List.of(
                                        new Demand.Want(OTHER_LANE, Urgency.BULK, 1),
                                        new Demand.Want(FIRST_LANE, Urgency.URGENT, 2),
                                        new Demand.Want(
                                                LaneKey.of("com.acme.none", OTHER_LANE.provider()),
                                                Urgency.URGENT,
                                                9))));
        assertEquals(Set.of("b1", "u1", "u2"), new HashSet<>(namesOf(several)));
        assertEquals(List.of("m3"), messagesOf(several));
        assertState(20 - 2 - 5 - 3, 0, 10, Map.of());
    }

    @Test
    public void nothingComesTwiceUnderOneLease() {
        submitNew("a", "b");
        submitNew(toExpand(message("m", null)));
        PartitionLease lease = own();
        fetchAll(lease);
        assertEquals(Fetched.NOTHING, fetchAll(lease));
        passTime(lease().multipliedBy(2));
        queue().renew(lease, lease());
        assertEquals(Fetched.NOTHING, fetchAll(lease));

        assertState(0, 0, 2, Map.of());
        assertEquals(0, state().possibleDuplicates());
        assertEquals(1, state().intake(), "it stays until it is expanded");
    }

    @Test
    public void whatWasStartedIsStartedAgainByTheHeirAndCountedOnce() {
        submitNew("a", "b", "c");
        PartitionLease first = queue().acquire(0, "anna", lease()).orElseThrow();
        List<Started> begun = fetch(first, 0, 2).deliveries();
        assertTrue(begun.stream().allMatch(started -> started.starts() == 1 && !started.diedAlone()));
        passTime(lease());
        PartitionLease second = queue().acquire(0, "bert", lease()).orElseThrow();
        assertState(1, 0, 2, Map.of());
        assertEquals(0, state().possibleDuplicates(), "nobody has it again yet");

        Fetched heirs = fetchAll(second);
        assertEquals(Set.of("a", "b", "c"), new HashSet<>(namesOf(heirs)));
        for (Started started : heirs.deliveries()) {
            boolean inherited = !started.delivery().message().value().equals("c");
            assertEquals(inherited ? 2 : 1, started.starts(), () -> "starts of " + started);
        }
        assertEquals(2, state().possibleDuplicates());
        assertEquals(Fetched.NOTHING, fetchAll(second));
        assertEquals(2, state().possibleDuplicates());
        assertState(0, 0, 3, Map.of());

        queue().release(second);
        Fetched third = fetchAll(own());
        assertEquals(
                List.of(2, 3, 3),
                third.deliveries().stream().map(Started::starts).sorted().toList());
        assertEquals(5, state().possibleDuplicates());
    }

    @Test
    public void theHeirGetsNoMoreThanItWantsEither() {
        submitNew("a", "b", "c", "d");
        submitNew(to(message("x", null, Urgency.BULK), 1));
        PartitionLease first = own();
        fetchAll(first);
        queue().release(first);
        PartitionLease heir = own("heir");

        assertEquals(Fetched.NOTHING, fetch(heir, OTHER_LANE, Urgency.URGENT, 9));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Fetched one = fetch(heir, FIRST_LANE, Urgency.URGENT, 1);
            assertEquals(1, one.deliveries().size());
            all.addAll(namesOf(one));
        }
        assertEquals(Set.of("a", "b", "c", "d"), new HashSet<>(all));
        assertEquals(4, state().possibleDuplicates());
        assertEquals(Fetched.NOTHING, fetch(heir, FIRST_LANE, Urgency.URGENT, 9));
    }

    @Test
    public void theHeirMaySettleWhatItHasNotFetched() {
        submitNew("a", "b");
        PartitionLease first = own();
        Fetched fetched = fetchAll(first);
        PartitionLease again = own();
        settle(again, QueueValues.ended(fetched.deliveries().get(0).delivery(), QueueValues.ACCEPTED));

        assertEquals(List.of("b"), namesOf(fetchAll(again)));
        assertEquals(1, state().possibleDuplicates());
    }

    @Test
    public void messagesOfTheIntakeGoToTheHeir() {
        submitNew(toExpand(message("a", null)));
        submitNew(toExpand(message("b", null)));
        PartitionLease first = own();
        assertEquals(List.of("a"), messagesOf(fetch(first, 1, 0)));
        queue().release(first);
        PartitionLease heir = own("heir");

        assertEquals(List.of("a", "b"), messagesOf(fetchAll(heir)));
        assertEquals(List.of(), messagesOf(fetchAll(heir)));
        assertEquals(0, state().possibleDuplicates());
    }

    @Test
    public void allComesBackAsItWasHandedIn() {
        Notification odd = Notification.builder()
                .title("Grüße \ud83d\ude00")
                .subtitle(Text.localized("SUB", "a", ""))
                .body("推送 \ud800!")
                .badge(0)
                .sound("default")
                .data("z", "1")
                .data("a", "")
                .build();
        DedupKey key = DedupKey.of("{order}:17\n für Anna").content("shipped").version(-3);
        Message message = Message.builder(Recipient.device(QueueValues.target(-5)), odd)
                .id(MessageId.of("{m}:*/%s"))
                .dedupKey(key)
                .expiresAt(Instant.parse("2031-02-03T04:05:06.789Z"))
                .notBefore(Instant.parse("2030-02-03T04:05:06.789012345Z"))
                .urgency(Urgency.BULK)
                .collapseId("c")
                .stableId(false)
                .build();
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PushRequest request = PushRequest.builder(QueueValues.target(-5 + i), odd)
                    .id(RequestId.random())
                    .expiresAt(Instant.parse("2031-02-03T04:05:06.789Z"))
                    .urgency(Urgency.BULK)
                    .collapseId("c\u0000")
                    .stableId(i == 0)
                    .build();
            deliveries.add(new Delivery(
                    message.id(), key, request, i * 1_000, i % 2 == 0, Duration.ofNanos(1_234_567_891L * i)));
        }
        submitNew(new Submission(message, deliveries, ttl(), Duration.ZERO));
        Message unexpanded = Message.builder(message.recipient(), odd)
                .id(MessageId.of("other"))
                .dedupKey(EVENT.version(Long.MAX_VALUE))
                .build();
        submitNew(toExpand(unexpanded));

        Fetched fetched = fetchAll(own());
        assertEquals(deliveries, QueueValues.deliveriesOf(fetched));
        assertEquals(unexpanded, fetched.messages().get(0).message());
        assertEquals(EVENT.version(Long.MAX_VALUE), fetched.messages().get(0).key());
    }

    @Test
    public void whoFetchesLearnsWhatWasCorrectedAndWhatCorrects() {
        submitNew(toExpand(message("a", ONE)));
        assertVerdict(Verdict.CORRECTION, submit(toExpand(message("b", TWO))));
        Fetched fetched = fetchAll(own());

        assertTrue(fetched.messages().get(0).superseded());
        assertFalse(fetched.messages().get(0).correction());
        assertFalse(fetched.messages().get(1).superseded());
        assertTrue(fetched.messages().get(1).correction());
    }

    @Test
    public void theHeirLearnsOfACorrectionToo() {
        submitNew(to(message("a", ONE), 1));
        PartitionLease first = own();
        assertFalse(fetchOne(first).superseded());
        assertVerdict(Verdict.CORRECTION, submit(toExpand(message("b", TWO))));
        queue().release(first);

        assertTrue(fetchOne(own("heir")).superseded());
    }
}
