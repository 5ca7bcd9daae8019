package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.DIED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.letter;
import static dev.notifykit.testkit.contract.QueueValues.letterOf;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.names;
import static dev.notifykit.testkit.contract.QueueValues.namesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.push.MessageId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Cursor;
import dev.notifykit.queue.DeadLetters.Page;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of what could not be delivered. */
public abstract class QueueLetterRules extends QueueDueRules {

    QueueLetterRules() {}

    /** All letters, page by page. */
    private List<DeadLetter> letters() {
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
    private List<Delivery> die(PartitionLease lease, Submission submission) {
        submitNew(submission);
        List<Delivery> died = QueueValues.deliveriesOf(fetchAll(lease));
        settle(lease, died.stream().map(QueueValues::dead).toArray(Settlement[]::new));
        return died;
    }

    private Delivery die(PartitionLease lease, String name) {
        return die(lease, to(message(name, null), 1)).get(0);
    }

    private Replayed replay(Delivery delivery) {
        List<Replayed> answers = queue().replay(List.of(letterOf(delivery)));
        assertEquals(1, answers.size(), "one answer for each");
        state();
        return answers.get(0);
    }

    private void purge(Delivery delivery) {
        assertEquals(1, queue().purge(List.of(letterOf(delivery))));
        state();
    }

    /** A row of a fan-out, for instance. */
    private static DeadLetter foreign(String name) {
        return letter(Delivery.of(MessageId.of("fan-out"), null, QueueValues.request(message(name, null), 5)));
    }

    @Test
    public void aLetterTellsWhatIsKnown() {
        PartitionLease lease = own();
        submitNew("a", "b", "c");
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        List<DeadLetter> expected = new ArrayList<>();
        List<DeadLetter.Why> reasons = List.of(DeadLetter.Why.ATTEMPTS, DeadLetter.Why.DEADLINE, DeadLetter.Why.POISON);
        for (int i = 0; i < 3; i++) {
            Delivery fresh = all.get(i);
            Delivery died =
                    new Delivery(fresh.message(), fresh.key(), fresh.request(), i * 500, i == 1, Duration.ofMillis(i));
            DeadLetter letter = new DeadLetter(
                    letterOf(fresh),
                    reasons.get(i),
                    died,
                    i == 0 ? null : "ÜBERLASTET \ud83d\ude00 " + i,
                    i * 500,
                    DIED.plusMillis(i));
            expected.add(letter);
            settle(lease, new Settlement.Dead(died, letter));
        }

        assertEquals(new HashSet<>(expected), new HashSet<>(letters()));
        assertEquals(3, letters().size());
        QueueState state = state();
        assertEquals(3, state.deadLetters());
        assertEquals(0, state.buried());
        assertEquals(0, state.pending());
        assertEquals(Map.of(), state.results(), "a letter is no end yet");
    }

    @Test
    public void pagesFollowOneAnotherWhateverHappensMeanwhile() {
        PartitionLease lease = own();
        List<Delivery> all = new ArrayList<>();
        names("m", 1, 25).forEach(name -> all.add(die(lease, name)));
        Set<DeadLetter.Id> staying = new HashSet<>();
        List<DeadLetter.Id> seen = new ArrayList<>();
        Page first = queue().letters(null, 10);
        assertEquals(10, first.letters().size());
        first.letters().forEach(letter -> seen.add(letter.id()));
        Page again = queue().letters(null, 10);
        assertEquals(first.letters(), again.letters(), "an order that does not change");
        // Before the cursor, the last one itself, and one behind it.
        Set<DeadLetter.Id> gone = new HashSet<>(List.of(seen.get(0), seen.get(4), seen.get(9)));
        DeadLetter.Id ahead = all.stream()
                .map(QueueValues::letterOf)
                .filter(id -> !seen.contains(id))
                .findFirst()
                .orElseThrow();
        gone.add(ahead);
        assertEquals(4, queue().purge(List.copyOf(gone)));
        die(lease, "later");
        all.stream().map(QueueValues::letterOf).filter(id -> !gone.contains(id)).forEach(staying::add);
        for (@Nullable Cursor cursor = first.next(); cursor != null; ) {
            Page page = queue().letters(new Cursor(cursor.value()), 4);
            page.letters().forEach(letter -> seen.add(letter.id()));
            cursor = page.next();
        }

        assertEquals(seen.size(), new HashSet<>(seen).size(), "no letter comes twice");
        assertTrue(seen.containsAll(staying), "all that stayed");
        assertFalse(seen.contains(ahead), "nothing that was gone");
        assertEquals(22, letters().size());
    }

    @Test
    public void whereThereAreNoLettersThePageIsTheLast() {
        Page none = queue().letters(null, 10);
        assertEquals(List.of(), none.letters());
        assertNull(none.next());
    }

    // Replay

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

    // Purge

    @Test
    public void whatIsPurgedIsGoneAndMayBeSaidAgain() {
        PartitionLease lease = own();
        List<Delivery> died = die(lease, to(message("a", ONE), 1, 2));
        assertVerdict(Verdict.NEW, submit(to(message("a", ONE), 1, 2)));
        assertEquals(0, state().pending(), "it is here: its own repetition");
        purge(died.get(0));
        assertEquals(0, queue().purge(List.of(letterOf(died.get(0)), new DeadLetter.Id("unknown"))));

        assertNewExceptFor(ONE, 2);
        assertEquals(1, letters().size());
        assertState(0, 0, 0, Map.of(Kind.DEAD_LETTERED, 1L));
        assertEquals(Replayed.GONE, replay(died.get(0)));
        purge(died.get(1));
        assertNewExceptFor(ONE);
        submitNew(to(message("b", ONE), 1, 2));
    }

    @Test
    public void aLetterCanBePurgedWhileItsMessageIsAtWork() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1, 2));
        List<Delivery> all = QueueValues.deliveriesOf(fetchAll(lease));
        settle(lease, dead(all.get(0)));
        purge(all.get(0));
        assertInFlight(ONE);
        settle(lease, ended(all.get(1), ACCEPTED));

        assertNewExceptFor(ONE, 2);
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.DEAD_LETTERED, 1L));
    }

    @Test
    public void manyArePurgedAtOnce() {
        PartitionLease lease = own();
        List<DeadLetter.Id> ids = new ArrayList<>();
        names("m", 1, 12).forEach(name -> ids.add(letterOf(die(lease, name))));

        assertEquals(12, queue().purge(ids));
        assertEquals(0, queue().purge(ids));
        assertEquals(0, queue().purge(List.of()));
        assertState(0, 0, 0, Map.of(Kind.DEAD_LETTERED, 12L));
        assertEquals(List.of(), letters());
    }

    // What died elsewhere

    @Test
    public void whatDiedElsewhereIsKeptAndCountedApart() {
        List<DeadLetter> buried = List.of(foreign("a"), foreign("b"));
        assertEquals(0, queue().bury(buried));
        assertEquals(0, queue().bury(buried), "the same again");
        assertEquals(0, queue().bury(List.of()));

        QueueState state = state();
        assertEquals(2, state.deadLetters());
        assertEquals(2, state.buried());
        assertEquals(0, state.made());
        assertEquals(new HashSet<>(buried), new HashSet<>(letters()));
    }

    @Test
    public void whatDiedElsewhereBecomesADelivery() {
        DeadLetter letter = foreign("a");
        queue().bury(List.of(letter, foreign("b")));
        assertEquals(List.of(Replayed.QUEUED), queue().replay(List.of(letter.id())));

        QueueState state = state();
        assertEquals(1, state.made());
        assertEquals(1, state.queued());
        assertEquals(1, state.deadLetters());
        assertEquals(1, state.buried());
        PartitionLease lease = own();
        Started started = fetchOne(lease);
        assertEquals(letter.delivery(), started.delivery());
        assertFalse(started.superseded() || started.correction(), "no claim belongs to it");
        settle(lease, dead(started.delivery()));
        assertEquals(1, state().buried(), "it was a delivery by now");
        assertEquals(Replayed.QUEUED, replay(started.delivery()));
        deliverAll(lease);
        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 1L));
    }

    @Test
    public void whatDiedElsewhereCanBePurged() {
        DeadLetter letter = foreign("a");
        queue().bury(List.of(letter));
        assertEquals(1, queue().purge(List.of(letter.id())));

        QueueState state = state();
        assertEquals(0, state.deadLetters());
        assertEquals(0, state.buried());
        assertEquals(Map.of(), state.results(), "it never was a delivery");
    }

    @Test
    public void whatCannotBeReadIsNotReplayed() {
        DeadLetter corrupt = new DeadLetter(new DeadLetter.Id("row-17"), DeadLetter.Why.CORRUPT, null, null, 0, DIED);
        assertEquals(0, queue().bury(List.of(corrupt)));
        assertEquals(List.of(corrupt), letters());

        assertEquals(List.of(Replayed.UNREADABLE), queue().replay(List.of(corrupt.id())));
        assertEquals(List.of(corrupt), letters(), "it stays");
        assertEquals(1, queue().purge(List.of(corrupt.id())));
        assertEquals(0, state().deadLetters());
    }

    @Test
    public void whatFindsNoRoomIsNotKept() {
        make(1, PLENTY, 2);
        PartitionLease lease = own();
        Delivery died = die(lease, "a");
        assertEquals(2, queue().bury(List.of(foreign("b"), foreign("c"), foreign("d"))));
        assertEquals(0, queue().bury(List.of(foreign("b"))), "it lies here already");
        assertEquals(1, queue().bury(List.of(foreign("c"))));
        assertEquals(2, state().deadLetters());
        assertEquals(1, state().buried());
        purge(died);

        assertEquals(0, queue().bury(List.of(foreign("c"))));
        assertEquals(2, letters().size());
        assertTrue(ask(ONE) instanceof Claim.New);
    }

    // Several partitions

    @Test
    public void lettersOfAllPartitionsAreListed() {
        make(4, PLENTY, PLENTY);
        Set<String> names = new HashSet<>(names("m", 1, 30));
        names.forEach(this::submitNew);
        for (int i = 0; i < 4; i++) {
            PartitionLease lease = queue().acquire(i, "me", lease()).orElseThrow();
            fetchAll(lease).deliveries().forEach(one -> settle(lease, dead(one.delivery())));
        }
        List<DeadLetter> all = letters();

        assertEquals(30, all.size());
        assertEquals(
                names,
                all.stream()
                        .map(letter -> letter.delivery() == null
                                ? ""
                                : letter.delivery().message().value())
                        .collect(Collectors.toSet()));
        List<DeadLetter.Id> ids = all.stream().map(DeadLetter::id).toList();
        assertTrue(queue().replay(ids).stream().allMatch(Replayed.QUEUED::equals));
        assertState(30, 0, 0, Map.of());
    }
}
