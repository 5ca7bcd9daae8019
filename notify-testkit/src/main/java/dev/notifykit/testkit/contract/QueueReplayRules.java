package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.letter;
import static dev.notifykit.testkit.contract.QueueValues.letterOf;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.push.MessageId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Cursor;
import dev.notifykit.queue.DeadLetters.Page;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of letters that are replayed. */
public abstract class QueueReplayRules extends QueueDueRules {

    QueueReplayRules() {}

    /** All letters, page by page. */
    final List<DeadLetter> letters() {
        List<DeadLetter> all = new ArrayList<>();
        @Nullable Cursor cursor = null;
        do {
            Page page = queue().letters(cursor, 7);
            assertTrue(page.letters().size() <= 7, "a page has no more than was asked for");
            all.addAll(page.letters());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    /** A message that was dead-lettered for all of its targets. */
    final List<Delivery> die(PartitionLease lease, Submission submission) {
        submitNew(submission);
        List<Delivery> died = QueueValues.deliveriesOf(fetchAll(lease));
        settle(lease, died.stream().map(QueueValues::dead).toArray(Settlement[]::new));
        return died;
    }

    final Delivery die(PartitionLease lease, String name) {
        return die(lease, to(message(name, null), 1)).get(0);
    }

    final Replayed replay(Delivery delivery) {
        List<Replayed> answers = queue().replay(List.of(letterOf(delivery)));
        assertEquals(1, answers.size(), "one answer for each");
        state();
        return answers.get(0);
    }

    final void purge(Delivery delivery) {
        assertEquals(1, queue().purge(List.of(letterOf(delivery))));
        state();
    }

    /** A row of a fan-out, for instance. */
    static DeadLetter foreign(String name) {
        return letter(Delivery.of(MessageId.of("fan-out"), null, QueueValues.request(message(name, null), 5)));
    }

    @Test
    public void aReplayedLetterIsADeliveryWithNothingBehindIt() {
        submitNew("a");
        Delivery fresh = fetchOne(own()).delivery();
        PartitionLease second = own();
        Started again = fetchOne(second);
        assertEquals(2, again.starts());
        queue().alone(second, again.delivery());
        Delivery worn = new Delivery(fresh.message(), fresh.key(), fresh.request(), 10, true, Duration.ofMinutes(50));
        settle(second, dead(worn));
        assertEquals(Replayed.QUEUED, replay(worn));

        assertState(1, 0, 0, Map.of());
        assertEquals(0, state().deadLetters());
        assertEquals(List.of(), letters());
        PartitionLease third = own();
        Started started = fetchOne(third);
        assertEquals(fresh, started.delivery());
        assertEquals(1, started.starts());
        assertFalse(started.diedAlone(), "a new beginning");
        settle(third, ended(started.delivery(), ACCEPTED));
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 1L));
        assertEquals(1, state().made());
    }

    @Test
    public void replayingAgainChangesNothing() {
        PartitionLease lease = own();
        Delivery a = die(lease, "a");
        Delivery b = die(lease, "b");
        assertEquals(
                List.of(Replayed.QUEUED, Replayed.GONE, Replayed.QUEUED, Replayed.GONE),
                queue().replay(List.of(letterOf(a), new DeadLetter.Id("unknown"), letterOf(b), letterOf(a))));
        assertEquals(Replayed.GONE, replay(a));

        assertState(2, 0, 0, Map.of());
        assertEquals(List.of("a", "b"), namesOf(fetchAll(lease)));
        assertEquals(Replayed.GONE, replay(a));
        assertState(0, 0, 2, Map.of());
    }

    @Test
    public void aReplayedLetterGoesToTheEndOfItsLane() {
        PartitionLease lease = own();
        Delivery died = die(lease, "a");
        submitNew("b");
        assertEquals(Replayed.QUEUED, replay(died));
        submitNew("c");

        assertEquals(List.of("b", "a", "c"), namesOf(fetchAll(lease)));
    }

    @Test
    public void aReplayHoldsTheClaimAgainUntilItEnds() {
        PartitionLease lease = own();
        List<Delivery> died = die(lease, to(message("a", ONE), 1, 2, 3));
        assertSaid(ONE);
        assertEquals(Replayed.QUEUED, replay(died.get(0)));
        assertInFlight(ONE);
        assertEquals(Replayed.QUEUED, replay(died.get(1)));
        passTime(ttl().multipliedBy(2));
        assertInFlight(ONE);
        Started first = fetchAll(lease).deliveries().get(0);
        assertFalse(first.superseded());
        settle(lease, ended(first.delivery(), EXPIRED));
        assertInFlight(ONE);
        settle(lease, dead(died.get(1)));

        assertNewExceptFor(ONE, 2, 3);
        assertEquals(2, letters().size());
    }

    @Test
    public void aReplayThatIsDeliveredCompletesItsMessage() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1, 2));
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        settle(lease, ended(all.get(0), ACCEPTED), dead(all.get(1)));
        assertEquals(Replayed.QUEUED, replay(all.get(1)));
        deliverAll(lease);

        assertSaid(ONE);
        assertVerdict(Verdict.NEW, submit(to(message("a", ONE), 1, 2)));
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 2L));
    }

    @Test
    public void aLetterCanBeReplayedWhileItsMessageIsAtWork() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1, 2));
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        settle(lease, dead(all.get(0)));
        assertEquals(Replayed.QUEUED, replay(all.get(0)));
        settle(lease, ended(all.get(1), ACCEPTED));
        assertInFlight(ONE);
        settle(lease, ended(fetchOne(lease).delivery(), EXPIRED));

        assertNewExceptFor(ONE, 2);
    }

    @Test
    public void whatWasCorrectedSinceIsNotReplayed() {
        PartitionLease lease = own();
        Delivery died = die(lease, to(message("a", ONE), 1)).get(0);
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1)));
        assertEquals(Replayed.STALE, replay(died));
        deliverAll(lease);
        assertEquals(Replayed.STALE, replay(died));

        assertEquals(1, letters().size(), "it stays");
        assertSaid(TWO);
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 1L));
        purge(died);
        assertSaid(TWO);
    }

    @Test
    public void whatIsCorrectedAfterItsReplayIsSuperseded() {
        PartitionLease lease = own();
        Delivery died = die(lease, to(message("a", ONE), 1)).get(0);
        assertEquals(Replayed.QUEUED, replay(died));
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1)));

        assertEquals(
                List.of(true, false),
                fetchAll(lease).deliveries().stream().map(Started::superseded).toList());
    }

    @Test
    public void aLetterOutlivesItsClaim() {
        PartitionLease lease = own();
        Delivery a = die(lease, to(message("a", ONE), 1)).get(0);
        Delivery b = die(lease, to(message("b", QueueValues.OTHER_EVENT), 1)).get(0);
        passTime(ttl().multipliedBy(2));
        assertEquals(Replayed.QUEUED, replay(a));
        assertInFlight(ONE);
        submitNew(to(message("c", QueueValues.OTHER_EVENT), 1));
        assertEquals(Replayed.STALE, replay(b), "another is saying it");
        deliverAll(lease);

        assertEquals(Replayed.STALE, replay(b), "another has said it");
        assertSaid(ONE);
    }
}
