package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.DIED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.letter;
import static dev.notifykit.testkit.contract.QueueValues.letterOf;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Cursor;
import dev.notifykit.queue.DeadLetters.Page;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
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
public abstract class QueueLetterRules extends QueueReplayRules {

    QueueLetterRules() {}

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
