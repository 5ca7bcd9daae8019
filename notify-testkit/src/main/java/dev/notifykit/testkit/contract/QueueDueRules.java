package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.messagesOf;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static dev.notifykit.testkit.contract.QueueValues.parked;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of what waits for its time. */
public abstract class QueueDueRules extends QueueClaimRules {

    /** Many times what one fetch moves. */
    private static final int MANY = 1_000;

    QueueDueRules() {}

    private Submission toExpandLater(String name, Duration delay) {
        return new Submission(message(name, null), List.of(), ttl(), delay);
    }

    @Test
    public void whatIsParkedComesWhenItIsDueTheEarliestFirst() {
        submitNew("a", "b", "c", "d");
        PartitionLease lease = own();
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        settle(
                lease,
                parked(all.get(0), half().multipliedBy(5)),
                parked(all.get(1), half()),
                parked(all.get(2), half().multipliedBy(3)),
                parked(all.get(3), half().multipliedBy(2).minus(Duration.ofMillis(1))));

        assertState(0, 4, 0, Map.of());
        assertEquals(List.of(), namesOf(fetchAll(lease)));
        passTime(lease());
        assertEquals(List.of("b", "d"), namesOf(fetchAll(lease)));
        assertState(0, 2, 2, Map.of());
        passTime(lease().multipliedBy(2));
        assertEquals(List.of("c", "a"), namesOf(fetchAll(lease)));
    }

    @Test
    public void whatIsDueGoesToTheEndOfItsLane() {
        submitNew("a");
        PartitionLease lease = own();
        settle(lease, parked(fetchOne(lease).delivery(), half()));
        submitNew("b");
        passTime(lease());
        assertEquals(List.of("b"), namesOf(fetch(lease, 0, 1)));
        submitNew("c");

        assertEquals(List.of("a", "c"), namesOf(fetchAll(lease)));
    }

    @Test
    public void whatIsSubmittedForLaterWaits() {
        submitNew(later(message("a", ONE), lease(), 1, -1));
        submitNew(toExpandLater("b", lease()));
        submitNew(toExpandLater("c", half()));
        submitNew(toExpand(message("d", null)));
        assertState(0, 2, 0, Map.of());
        assertEquals(3, state().intake());
        assertVerdict(Verdict.DUPLICATE, submit(to(message("x", ONE), 1)));
        assertVerdict(Verdict.NEW, submit(later(message("a", ONE), Duration.ZERO, 1, -1)));
        PartitionLease lease = own();
        Fetched first = fetchAll(lease);
        assertEquals(List.of("d"), messagesOf(first));
        assertEquals(List.of(), first.deliveries());
        passTime(half().plus(Duration.ofMillis(1)));
        assertEquals(List.of("c"), messagesOf(fetchAll(lease)));
        passTime(lease());
        Fetched last = fetchAll(lease);
        assertEquals(List.of("b"), messagesOf(last));
        assertEquals(List.of("a", "a"), namesOf(last));
        assertTrue(last.deliveries().stream().allMatch(started -> started.starts() == 1));

        assertEquals(Fetched.NOTHING, fetchAll(lease));
        assertEquals(3, state().intake());
    }

    @Test
    public void whatIsNotDueWaitsForTheHeirToo() {
        submitNew(later(message("a", null), lease(), 1));
        submitNew(toExpandLater("b", lease()));
        PartitionLease lease = own();
        fetchAll(lease);
        queue().release(lease);
        PartitionLease heir = own("heir");

        assertEquals(Fetched.NOTHING, fetchAll(heir));
        passTime(lease());
        Fetched fetched = fetchAll(heir);
        assertEquals(List.of("a"), namesOf(fetched));
        assertEquals(List.of("b"), messagesOf(fetched));
        assertEquals(0, state().possibleDuplicates());
    }

    @Test
    public void whatWaitsCanBeCorrected() {
        submitNew(later(message("a", ONE), lease(), 1));
        submitNew(new Submission(message("m", QueueValues.OTHER_EVENT), List.of(), ttl(), lease()));
        assertVerdict(Verdict.CORRECTION, submit(later(message("b", TWO), lease(), 1)));
        assertVerdict(
                Verdict.CORRECTION,
                submit(new Submission(message("n", QueueValues.OTHER_EVENT.content("n")), List.of(), ttl(), lease())));
        PartitionLease lease = own();
        passTime(lease());

        Fetched fetched = fetchAll(lease);
        assertEquals(
                List.of(true, false),
                fetched.deliveries().stream().map(Started::superseded).toList());
        assertEquals(
                List.of(true, false),
                fetched.messages().stream().map(taken -> taken.superseded()).toList());
    }

    @Test
    public void whatFallsDueTogetherComesInPortionsAndNothingIsLost() {
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            submissions.add(later(message("m" + i, DedupKey.of("due-" + i)), lease(), 1));
        }
        assertEquals(
                MANY,
                queue().submit(submissions).stream()
                        .filter(QueueValues::isQueued)
                        .count());
        assertState(0, MANY, 0, Map.of());
        passTime(lease());
        PartitionLease lease = own();
        Set<String> seen = new HashSet<>();
        int fetches = 0;
        while (seen.size() < MANY) {
            Fetched fetched = fetchAll(lease);
            int some = fetched.deliveries().size();
            assertTrue(some > 0 && some <= WorkQueue.DUE_AT_ONCE, () -> some + " at once, " + seen.size() + " before");
            namesOf(fetched).forEach(name -> assertTrue(seen.add(name), () -> name + " came before"));
            deliver(lease, fetched);
            fetches++;
        }

        assertTrue(fetches >= MANY / WorkQueue.DUE_AT_ONCE);
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, (long) MANY));
    }

    @Test
    public void messagesThatFallDueTogetherAreNotLostEither() {
        int many = 3 * WorkQueue.DUE_AT_ONCE;
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            submissions.add(toExpandLater("m" + i, lease()));
        }
        queue().submit(submissions);
        passTime(lease());
        PartitionLease lease = own();
        Set<String> seen = new HashSet<>();
        for (Fetched fetched = fetchAll(lease); !fetched.messages().isEmpty(); fetched = fetchAll(lease)) {
            messagesOf(fetched).forEach(name -> assertTrue(seen.add(name), () -> name + " came before"));
        }

        assertEquals(many, seen.size());
        assertEquals(many, state().intake());
    }

    @Test
    public void whatIsParkedTogetherComesBackWhole() {
        for (int i = 0; i < 250; i++) {
            queue().submit(List.of(to(message("m" + i, null), 1)));
        }
        PartitionLease lease = own();
        List<Settlement> settlements = new ArrayList<>();
        fetchAll(lease).deliveries().forEach(one -> settlements.add(parked(one.delivery(), half())));
        queue().settle(lease, settlements);
        assertState(0, 250, 0, Map.of());
        passTime(lease());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            Fetched fetched = fetchAll(lease);
            seen.addAll(namesOf(fetched));
            deliver(lease, fetched);
        }

        assertEquals(250, seen.size());
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 250L));
    }

    @Test
    public void demandBoundsWhatIsDueAsWell() {
        for (int i = 0; i < 5; i++) {
            submitNew(later(message("m" + i, null), half(), 1));
        }
        passTime(lease());
        PartitionLease lease = own();
        List<String> all = new ArrayList<>(namesOf(fetch(lease, 0, 2)));
        assertState(3, 0, 2, Map.of());
        all.addAll(namesOf(fetch(lease, 0, 9)));

        assertEquals(QueueValues.names("m", 0, 4), all);
    }
}
