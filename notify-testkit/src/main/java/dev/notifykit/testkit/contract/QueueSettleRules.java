package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.REJECTED;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.delivery;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.givenBack;
import static dev.notifykit.testkit.contract.QueueValues.letterOf;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static dev.notifykit.testkit.contract.QueueValues.parked;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of started deliveries. */
public abstract class QueueSettleRules extends QueueExpandRules {

    QueueSettleRules() {}

    @Test
    public void resultsAreCountedByKind() {
        PartitionLease lease = own();
        Map<Kind, Long> expected = new EnumMap<>(Kind.class);
        long times = 0;
        for (Kind kind : Kind.values()) {
            times++;
            for (int i = 0; i < times; i++) {
                submitNew(kind + "-" + i);
                settle(lease, ended(fetchOne(lease).delivery(), SendResult.ofKind(kind)));
            }
            expected.put(kind, times);
        }

        assertState(0, 0, 0, expected);
    }

    @Test
    public void settlingAgainChangesNothing() {
        submitNew("a", "b", "c", "d", "e");
        PartitionLease lease = own();
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        List<Settlement> settlements = List.of(
                ended(all.get(0), ACCEPTED),
                ended(all.get(1), EXPIRED),
                new Settlement.Parked(all.get(2), lease(), true, true),
                givenBack(all.get(3)),
                dead(all.get(4)));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, queue().settle(lease, settlements));
            assertState(1, 1, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L));
            assertEquals(1, state().deadLetters());
            assertEquals(1, state().possibleDuplicates());
        }
        queue().release(lease);
        PartitionLease heir = own("heir");
        assertEquals(0, queue().settle(heir, settlements), "an heir that knows of it from somewhere");

        assertState(1, 1, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L));
        assertEquals(List.of("d"), namesOf(fetchAll(heir)));
    }

    @Test
    public void theFirstEndCounts() {
        submitNew("a");
        PartitionLease lease = own();
        Delivery delivery = fetchOne(lease).delivery();
        settle(lease, ended(delivery, ACCEPTED), ended(delivery, EXPIRED), dead(delivery));
        settle(lease, parked(delivery, Duration.ZERO));

        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 1L));
        assertEquals(Fetched.NOTHING, fetchAll(lease));
    }

    @Test
    public void whatIsNotStartedIsPassedOver() {
        submitNew("a");
        QueueState before = state();
        PartitionLease lease = own();
        Delivery queued = delivery(message("a", null), 1);
        Delivery unknown = delivery(message("x", null), 1);
        for (Delivery one : List.of(queued, unknown)) {
            settle(lease, ended(one, ACCEPTED), parked(one, lease()), dead(one));
            queue().alone(lease, one);
        }
        settle(lease);

        assertEquals(before, state());
        assertFalse(fetchOne(lease).diedAlone());
    }

    @Test
    public void whatIsParkedForNoTimeGoesToTheEndOfItsLane() {
        submitNew("a", "b", "c");
        PartitionLease lease = own();
        Fetched first = fetch(lease, 0, 1);
        settle(lease, parked(first.deliveries().get(0).delivery(), Duration.ZERO));

        assertState(3, 0, 0, Map.of());
        assertEquals(List.of("b", "c", "a"), namesOf(fetchAll(lease)));
        assertEquals(0, state().possibleDuplicates());
    }

    @Test
    public void whatIsParkedGoesOnAsItIsNow() {
        submitNew("a");
        PartitionLease lease = own();
        Delivery fresh = fetchOne(lease).delivery();
        Delivery now =
                new Delivery(fresh.message(), fresh.key(), fresh.request(), 7, true, Duration.ofNanos(90_000_000_001L));
        settle(lease, parked(now, lease()));
        passTime(lease());

        assertEquals(now, fetchOne(lease).delivery());
        Delivery later = new Delivery(fresh.message(), fresh.key(), fresh.request(), 8, true, Duration.ofMinutes(10));
        settle(lease, parked(later, Duration.ZERO));
        queue().release(lease);
        assertEquals(later, fetchOne(own("heir")).delivery());
    }

    @Test
    public void theStartsTellHowOftenOwnersFellSilent() {
        submitNew("a");
        PartitionLease lease = own();
        assertEquals(1, fetchOne(lease).starts());
        assertEquals(2, fetchOne(own()).starts());
        lease = own();
        Started third = fetchOne(lease);
        assertEquals(3, third.starts());
        settle(lease, givenBack(third.delivery()));
        Started again = fetchOne(lease);
        assertEquals(3, again.starts(), "given back without an attempt, it does not count");
        settle(lease, new Settlement.Parked(again.delivery(), lease(), false, false));
        passTime(lease());
        assertEquals(3, fetchOne(lease).starts(), "nor when it waited");
        lease = own();
        Started fourth = fetchOne(lease);
        assertEquals(4, fourth.starts());
        settle(lease, parked(fourth.delivery(), Duration.ZERO));

        assertEquals(1, fetchOne(lease).starts(), "it was attempted, and the process lives");
    }

    @Test
    public void possibleDuplicatesAreCountedAsTheyAreNoted() {
        submitNew("a", "b");
        PartitionLease lease = own();
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        settle(
                lease,
                new Settlement.Parked(all.get(0), Duration.ZERO, true, true),
                new Settlement.Parked(all.get(1), lease(), true, false));

        assertEquals(1, state().possibleDuplicates());
        settle(lease, new Settlement.Parked(fetchOne(lease).delivery(), Duration.ZERO, true, true));
        assertEquals(2, state().possibleDuplicates());
    }

    // What ends the process

    @Test
    public void whatDiedAloneIsKnownToTheHeir() {
        submitNew("a", "b");
        PartitionLease lease = own();
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        queue().alone(lease, all.get(0));
        queue().alone(lease, all.get(0));
        queue().release(lease);
        PartitionLease heir = own("heir");

        Map<String, Boolean> died = new TreeMap<>();
        fetchAll(heir)
                .deliveries()
                .forEach(one -> died.put(one.delivery().message().value(), one.diedAlone()));
        assertEquals(Map.of("a", true, "b", false), died);
        assertTrue(
                fetchAll(own("heir")).deliveries().stream()
                        .anyMatch(one -> one.diedAlone()
                                && one.delivery().message().value().equals("a")),
                "it is not forgotten by one who has not even tried");
    }

    @Test
    public void whatSurvivedAloneIsAboveSuspicion() {
        submitNew("a");
        PartitionLease lease = own();
        Delivery delivery = fetchOne(lease).delivery();
        queue().alone(lease, delivery);
        settle(lease, parked(delivery, Duration.ZERO));
        Started again = fetchOne(lease);
        assertFalse(again.diedAlone());
        assertEquals(1, again.starts());
        lease = own();

        assertFalse(fetchOne(lease).diedAlone(), "the mark is of a start that ended well");
    }

    @Test
    public void whatDiedAloneStaysSoWhenItIsGivenBack() {
        submitNew("a");
        PartitionLease first = own();
        queue().alone(first, fetchOne(first).delivery());
        PartitionLease second = own();
        Started suspect = fetchOne(second);
        assertTrue(suspect.diedAlone());
        queue().alone(second, suspect.delivery());
        settle(second, givenBack(suspect.delivery()));

        Started third = fetchOne(second);
        assertTrue(third.diedAlone());
        assertEquals(2, third.starts());
        settle(second, parked(third.delivery(), Duration.ZERO));
        assertFalse(fetchOne(second).diedAlone());
    }

    @Test
    public void theMarkOfAStartThatWasGivenBackIsForgotten() {
        submitNew("a");
        PartitionLease lease = own();
        Delivery delivery = fetchOne(lease).delivery();
        queue().alone(lease, delivery);
        settle(lease, givenBack(delivery));
        fetchOne(lease);
        lease = own();

        assertFalse(fetchOne(lease).diedAlone());
    }

    // Letters without room

    @Test
    public void aLetterWithoutRoomLeavesItsDeliveryStarted() {
        make(1, PLENTY, 2);
        submitNew("a", "b", "c", "d", "e");
        PartitionLease lease = own();
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        List<Settlement> settlements = new ArrayList<>();
        settlements.add(ended(all.get(0), REJECTED));
        all.subList(1, 4).forEach(one -> settlements.add(dead(one)));
        settlements.add(parked(all.get(4), lease()));

        assertEquals(1, queue().settle(lease, settlements));
        assertState(0, 1, 1, Map.of(Kind.REJECTED, 1L));
        assertEquals(2, state().deadLetters());
        assertEquals(1, queue().settle(lease, settlements), "the same again");
        assertState(0, 1, 1, Map.of(Kind.REJECTED, 1L));
        assertEquals(List.of(), namesOf(fetchAll(lease)), "it is not given out again");

        assertEquals(1, queue().purge(List.of(letterOf(all.get(1)))));
        settle(lease, settlements.toArray(Settlement[]::new));
        assertState(0, 1, 0, Map.of(Kind.REJECTED, 1L, Kind.DEAD_LETTERED, 1L));
        assertEquals(2, state().deadLetters());
    }

    @Test
    public void theHeirGetsWhatFoundNoRoom() {
        make(1, PLENTY, 0);
        submitNew("a");
        PartitionLease lease = own();
        assertEquals(1, queue().settle(lease, List.of(dead(fetchOne(lease).delivery()))));

        assertEquals(List.of("a"), namesOf(fetchAll(own("me"))));
    }
}
