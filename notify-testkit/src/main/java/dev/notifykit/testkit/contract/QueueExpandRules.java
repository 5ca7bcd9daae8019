package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.SUPERSEDED;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.deliveries;
import static dev.notifykit.testkit.contract.QueueValues.deliveriesOf;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.endedUnexpanded;
import static dev.notifykit.testkit.contract.QueueValues.into;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.messagesOf;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.message.Message;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Started;
import dev.notifykit.result.SendResult.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of messages of the intake. */
public abstract class QueueExpandRules extends QueueFetchRules {

    QueueExpandRules() {}

    @Test
    public void aMessageIsReplacedByItsDeliveries() {
        Message message = message("a", ONE);
        submitNew("before");
        submitNew(toExpand(message));
        PartitionLease lease = own();
        fetch(lease, 9, 0);
        expand(lease, into(message, 1, 2, -1));
        submitNew("after");

        assertEquals(0, state().intake());
        assertState(5, 0, 0, Map.of());
        Fetched fetched = fetchAll(lease);
        assertEquals(List.of(), fetched.messages());
        assertEquals(deliveries(message, 1, 2), deliveriesOf(fetched).subList(1, 3));
        assertEquals(Set.of("before", "a", "after"), new HashSet<>(namesOf(fetched)));
        assertTrue(fetched.deliveries().stream().allMatch(started -> started.starts() == 1));
        deliver(lease, fetched);
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 5L));
        assertSaid(ONE);
    }

    @Test
    public void expandingAgainChangesNothing() {
        Message message = message("a", ONE);
        submitNew(toExpand(message));
        submitNew(toExpand(message("b", null)));
        PartitionLease lease = own();
        fetchAll(lease);
        List<Expansion> expansions = List.of(into(message, 1, 2), endedUnexpanded(message("b", null), EXPIRED, false));
        for (int i = 0; i < 3; i++) {
            queue().expand(lease, expansions);
            assertState(2, 0, 0, Map.of());
            assertEquals(Map.of(Kind.EXPIRED, 1L), state().ended());
        }
        Fetched fetched = fetchAll(lease);
        assertEquals(2, fetched.deliveries().size());
        queue().expand(lease, expansions);
        deliver(lease, fetched);
        queue().expand(lease, expansions);

        assertEquals(2, state().made());
        assertEquals(0, state().pending());
        assertSaid(ONE);
    }

    @Test
    public void whatIsNotInTheIntakeIsPassedOver() {
        submitNew("a");
        QueueState before = state();
        PartitionLease lease = own();
        expand(lease, into(message("a", null), 2, 3), endedUnexpanded(message("x", ONE), EXPIRED, true));
        expand(lease);

        assertEquals(before, state());
        assertNewExceptFor(ONE);
    }

    @Test
    public void whatTheHeirHasExpandedIsPassedOver() {
        Message message = message("a", null);
        submitNew(toExpand(message));
        PartitionLease first = own();
        fetchAll(first);
        PartitionLease again = own();
        expand(again, into(message, 1));

        assertEquals(List.of(), messagesOf(fetch(again, 9, 0)));
        expand(again, into(message, 1, 2, 3));
        assertState(1, 0, 0, Map.of());
    }

    @Test
    public void aMessageCanEndWithoutTargets() {
        Message said = message("a", ONE);
        Message released = message("b", QueueValues.OTHER_EVENT);
        submitNew(toExpand(said));
        submitNew(toExpand(released));
        PartitionLease lease = own();
        fetchAll(lease);
        expand(lease, endedUnexpanded(said, ACCEPTED, true), endedUnexpanded(released, EXPIRED, false));

        QueueState state = state();
        assertEquals(Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L), state.ended());
        assertEquals(Map.of(), state.results(), "no delivery was made");
        assertEquals(0, state.made());
        assertEquals(0, state.pending());
        assertSaid(ONE);
        assertNewExceptFor(QueueValues.OTHER_EVENT);
        assertVerdict(Verdict.NEW, submit(toExpand(said)));
        assertEquals(0, state().intake(), "its own repetition");
        submitNew(toExpand(released));
        assertEquals(1, state().intake());
    }

    @Test
    public void whatIsKeptOfAMessageThatWasSupersededIsItsCorrection() {
        Message original = message("a", ONE);
        submitNew(toExpand(original));
        assertVerdict(Verdict.CORRECTION, submit(toExpand(message("b", TWO))));
        PartitionLease lease = own();
        fetchAll(lease);
        expand(lease, endedUnexpanded(original, SUPERSEDED, false));

        assertInFlight(TWO);
        expand(lease, into(message("b", TWO), 1));
        deliverAll(lease);
        assertSaid(TWO);
    }

    @Test
    public void whoHasItGetsItNoSecondTimeFromTheIntakeEither() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1, 2));
        Fetched fetched = fetchAll(lease);
        settle(
                lease,
                ended(fetched.deliveries().get(0).delivery(), ACCEPTED),
                ended(fetched.deliveries().get(1).delivery(), EXPIRED));
        Message again = message("b", ONE);
        submitNew(toExpand(again));
        fetchAll(lease);
        expand(lease, into(again, 1, 2, 3));

        assertState(2, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L, Kind.SUPPRESSED, 1L));
        assertEquals(deliveries(again, 2, 3), deliveriesOf(fetchAll(lease)));
    }

    @Test
    public void manyMessagesAreExpandedAtOnce() {
        int many = 300;
        for (int i = 0; i < many; i++) {
            queue().submit(List.of(toExpand(message("m" + i, null))));
        }
        PartitionLease lease = own();
        List<Expansion> expansions = new ArrayList<>();
        fetchAll(lease).messages().forEach(taken -> expansions.add(into(taken.message(), 1, 2, -1)));
        queue().expand(lease, expansions);

        assertEquals(0, state().intake());
        List<Started> started = fetchAll(lease).deliveries();
        assertEquals(3 * many, new HashSet<>(started).size());
    }
}
