package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.bits;
import static dev.notifykit.testkit.contract.ProgressValues.ended;
import static dev.notifykit.testkit.contract.ProgressValues.kind;
import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.parkedAgain;
import static dev.notifykit.testkit.contract.ProgressValues.parkedEnded;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The part of {@link ProgressStoreContract} that says what becomes of pages, and of marks and intents in them. */
public abstract class ProgressPageRules extends ProgressFenceRules {

    ProgressPageRules() {}

    // Pages

    @Test
    public void theHeirGetsOpenPagesWhole() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "c1");
        store.openPage(lease, 1, ProgressValues.oddRows(), "c2 {}:\u0000\n\ud83d\ude00");
        store.openPage(lease, 2, List.of(), "c3");
        store.openPage(lease, 3, rows("last", 1), null);
        store.mark(
                lease,
                List.of(
                        ended(0, 0, Kind.ACCEPTED),
                        ended(0, 1, Kind.REJECTED),
                        ended(1, 2, Kind.UNKNOWN),
                        parked(1, 0, lease())));
        store.closePage(lease, 0);
        store.intend(lease, 1, bits(1, 2));
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertNull(heir.cursor());
        assertTrue(heir.readToEnd());
        assertEquals(4, heir.nextPage());
        assertEquals(1, heir.parked());
        assertEquals(List.of(1, 2, 3), pages(heir));
        OpenPage odd = heir.openPages().get(0);
        assertEquals(ProgressValues.oddRows(), odd.rows());
        assertArrayEquals(
                new byte[] {
                    OpenPage.PARKED,
                    OpenPage.UNMARKED,
                    OpenPage.code(Kind.UNKNOWN),
                    OpenPage.UNMARKED,
                    OpenPage.UNMARKED
                },
                odd.marks());
        assertEquals(bits(1, 2), odd.intents());
        assertEquals(List.of(), heir.openPages().get(1).rows());
        assertEquals(rows("last", 1), heir.openPages().get(2).rows());
    }

    @Test
    public void cursorsComeBackAsTheyWere() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int page = 0;
        for (String cursor :
                List.of("0", "", " ", "{}:*", "\u0000\r\n", "\u00fc\u6f22\ud83d\ude00", "x".repeat(5_000))) {
            store.openPage(lease, page++, List.of(), cursor);
            store.release(lease);
            ShardGrant heir = acquire(0);
            assertEquals(cursor, heir.cursor());
            assertFalse(heir.readToEnd());
            lease = heir.lease();
        }
    }

    @Test
    public void aLargePageComesBackWhole() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int size = 5_000;
        store.openPage(lease, 0, rows(size), "next");
        List<Mark> marks = IntStream.range(0, size)
                .filter(i -> i % 7 != 0)
                .<Mark>mapToObj(i -> ended(0, i, kind(i)))
                .toList();
        store.mark(lease, marks);
        store.release(lease);

        OpenPage page = acquire(0).openPages().get(0);

        assertEquals(rows(size), page.rows());
        for (int i = 0; i < size; i++) {
            assertEquals(i % 7 == 0 ? OpenPage.UNMARKED : OpenPage.code(kind(i)), page.marks()[i], "mark of row " + i);
        }
        assertEquals(marks.size(), progress().done());
    }

    @Test
    public void openingAPageAgainChangesNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), "c1");
        store.openPage(lease, 1, rows(2), "c2");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));

        store.openPage(lease, 0, rows(3), "c1");
        store.openPage(lease, 1, rows(2), "c2");

        assertProgress(5, 4, 0, Map.of(Kind.ACCEPTED, 1L));
        store.release(lease);
        ShardGrant heir = acquire(0);
        assertEquals("c2", heir.cursor(), "the cursor never goes back");
        assertEquals(2, heir.nextPage());
        assertEquals(List.of(0, 1), pages(heir));
        assertEquals(OpenPage.code(Kind.ACCEPTED), heir.openPages().get(0).marks()[0]);
    }

    @Test
    public void aClosedPageIsNotOpenedAgain() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), "c1");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));
        store.closePage(lease, 0);

        store.openPage(lease, 0, rows(1), "c1");

        assertProgress(1, 0, 0, Map.of(Kind.ACCEPTED, 1L));
        store.release(lease);
        assertEquals(List.of(), pages(acquire(0)));
    }

    @Test
    public void pagesAreOpenedInTheirOrder() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        assertRefused(() -> store.openPage(lease, 1, rows(1), "gap"));
        store.openPage(lease, 0, rows(1), null);
        assertRefused(() -> store.openPage(lease, 1, rows(1), "behind the end"));

        assertProgress(1, 1, 0, Map.of());
        assertTrue(progress().readToEnd());
    }

    @Test
    public void aPageIsClosedWhenEveryRowIsMarked() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "c1");
        store.openPage(lease, 1, List.of(), "c2");
        store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED)));
        assertThrows(IllegalStateException.class, () -> store.closePage(lease, 0));
        store.mark(lease, List.of(parked(0, 1, lease())));

        store.closePage(lease, 1);
        store.closePage(lease, 0);
        store.closePage(lease, 0);

        store.release(lease);
        ShardGrant heir = acquire(0);
        assertEquals(List.of(), pages(heir));
        assertEquals(2, heir.nextPage());
        assertEquals(1, heir.parked());
        assertProgress(2, 0, 1, Map.of(Kind.ACCEPTED, 1L));
    }

    // Marks

    @Test
    public void everyKindOfResultIsCounted() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        Kind[] kinds = Kind.values();
        store.openPage(lease, 0, rows(2 * kinds.length), "next");
        for (Kind kind : kinds) {
            int index = 2 * List.of(kinds).indexOf(kind);
            store.mark(lease, List.of(ended(0, index, kind), parked(0, index + 1, Duration.ZERO)));
            store.mark(lease, List.of(parkedEnded(0, index + 1, kind)));
        }

        Map<Kind, Long> twoEach = Stream.of(kinds).collect(Collectors.toMap(kind -> kind, kind -> 2L));
        assertProgress(2L * kinds.length, 0, 0, twoEach);
        store.release(lease);
        byte[] marks = acquire(0).openPages().get(0).marks();
        for (int i = 0; i < kinds.length; i++) {
            assertEquals(kinds[i], OpenPage.kind(marks[2 * i]));
            assertEquals(OpenPage.PARKED, marks[2 * i + 1], "it left the page");
        }
    }

    @Test
    public void aRowCountsOnceHoweverOftenItIsMarked() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        List<Mark> marks = List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, lease()), ended(0, 2, Kind.TOKEN_INVALID));
        store.openPage(lease, 0, rows(4), "next");
        store.mark(lease, marks);
        store.mark(lease, marks);
        store.mark(lease, List.of(ended(0, 0, Kind.EXPIRED), ended(0, 1, Kind.EXPIRED), parked(0, 2, lease())));
        store.mark(lease, List.of(ended(0, 3, Kind.REJECTED), ended(0, 3, Kind.ACCEPTED)));

        assertProgress(4, 0, 1, Map.of(Kind.ACCEPTED, 1L, Kind.TOKEN_INVALID, 1L, Kind.REJECTED, 1L));
    }

    @Test
    public void aParkedRowEndsOnce() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");
        List<Mark> park = List.of(parked(0, 0, Duration.ZERO), parked(0, 1, Duration.ZERO));
        store.mark(lease, park);
        store.mark(lease, List.of(parkedEnded(0, 0, Kind.ACCEPTED)));

        store.mark(lease, List.of(parkedEnded(0, 0, Kind.ACCEPTED), parkedEnded(0, 0, Kind.EXPIRED)));
        store.mark(lease, List.of(parkedAgain(0, 0, 2, Duration.ZERO)));
        store.mark(lease, park);

        assertProgress(2, 0, 1, Map.of(Kind.ACCEPTED, 1L));
        assertEquals(List.of(ParkedRow.id(0, 1)), ids(store.parked(lease, true, 9)));
    }

    @Test
    public void marksThatComeAfterThePageWasClosedChangeNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");
        List<Mark> marks = List.of(ended(0, 0, Kind.ACCEPTED), parked(0, 1, Duration.ZERO));
        store.mark(lease, marks);
        store.closePage(lease, 0);
        store.mark(lease, marks);
        store.mark(lease, List.of(parkedEnded(0, 1, Kind.EXPIRED)));
        store.mark(lease, marks);
        store.intend(lease, 0, bits(0));

        assertProgress(2, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L));
    }

    @Test
    public void marksAreAllOrNothing() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), "next");

        assertRefused(() -> store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED), ended(0, 2, Kind.ACCEPTED))));
        assertRefused(() -> store.mark(lease, List.of(ended(0, 0, Kind.ACCEPTED), ended(0, -1, Kind.ACCEPTED))));
        assertRefused(() -> store.mark(lease, List.of(parked(0, 0, Duration.ZERO), parked(1, 0, Duration.ZERO))));

        assertProgress(2, 2, 0, Map.of());
    }

    // Intents

    @Test
    public void intentsAddUpAndGoToTheHeir() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(300), "next");
        store.openPage(lease, 1, rows(3), "next");
        store.intend(lease, 0, bits(0, 1));
        store.intend(lease, 0, bits(1, 2, 299));
        store.intend(lease, 0, new BitSet());
        store.mark(lease, List.of(ended(0, 2, Kind.ACCEPTED)));
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertEquals(bits(0, 1, 2, 299), heir.openPages().get(0).intents());
        assertEquals(new BitSet(), heir.openPages().get(1).intents());
        assertRefused(() -> store.intend(heir.lease(), 1, bits(3)));
    }

    @Test
    public void parkingTakesBackTheIntent() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(3), null);
        store.intend(lease, 0, bits(0, 1));
        store.mark(lease, List.of(parked(0, 1, lease())));
        passTime(lease());

        assertEquals(bits(0), acquire(0).openPages().get(0).intents());
    }

    /** Which exception it is, is the store's own affair; but it is no lost lease. */
    private static void assertRefused(Runnable call) {
        RuntimeException refusal = assertThrows(RuntimeException.class, call::run);
        assertNotEquals(FencedException.class, refusal.getClass());
    }

    private static List<Long> ids(List<ParkedRow> rows) {
        return rows.stream().map(ParkedRow::id).toList();
    }
}
