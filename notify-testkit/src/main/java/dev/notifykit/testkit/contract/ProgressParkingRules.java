package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.ProgressValues.parked;
import static dev.notifykit.testkit.contract.ProgressValues.parkedAgain;
import static dev.notifykit.testkit.contract.ProgressValues.parkedEnded;
import static dev.notifykit.testkit.contract.ProgressValues.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link ProgressStoreContract} that says what becomes of parked rows. */
public abstract class ProgressParkingRules extends ProgressPageRules {

    ProgressParkingRules() {}

    @Test
    public void parkedRowsComeWhenTheyAreDueTheEarliestFirst() {
        launch("a");
        ShardLease lease = store.acquire(ID, 0, "me", lease().multipliedBy(9))
                .orElseThrow()
                .lease();
        store.openPage(lease, 0, rows(4), null);
        store.mark(
                lease,
                List.of(
                        parked(0, 0, half().multipliedBy(5)),
                        parked(0, 1, half()),
                        parked(0, 2, half().multipliedBy(3)),
                        parked(0, 3, Duration.ZERO)));

        assertEquals(List.of(3), indexes(store.parked(lease, false, 10)));
        assertEquals(List.of(3, 1, 2, 0), indexes(store.parked(lease, true, 10)));
        assertEquals(List.of(3, 1), indexes(store.parked(lease, true, 2)));
        passTime(lease());
        assertEquals(List.of(3, 1), indexes(store.parked(lease, false, 10)), "they stay until they are marked");
        assertEquals(List.of(3), indexes(store.parked(lease, false, 1)));
        passTime(lease());
        assertEquals(List.of(3, 1, 2), indexes(store.parked(lease, false, 10)));

        store.mark(lease, List.of(parkedAgain(0, 1, 2, half()), parkedEnded(0, 3, Kind.ACCEPTED)));

        assertEquals(List.of(2), indexes(store.parked(lease, false, 10)));
        passTime(lease());
        assertEquals(Set.of(0, 1, 2), new HashSet<>(indexes(store.parked(lease, false, 10))));
        assertProgress(4, 0, 3, Map.of(Kind.ACCEPTED, 1L));
    }

    @Test
    public void aParkedRowCarriesAllThatIsKnownOfIt() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        List<ParkedRow> parked = new ArrayList<>();
        for (int i = 0; i < ProgressValues.oddRows().size(); i++) {
            parked.add(new ParkedRow(
                    ParkedRow.id(0, i),
                    ProgressValues.oddRows().get(i),
                    i * 1_000,
                    i % 2 == 0,
                    Duration.ofNanos(1_234_567_891L * i),
                    i % 3 == 0));
        }
        store.openPage(lease, 0, ProgressValues.oddRows(), "next");
        for (ParkedRow row : parked) {
            int index = parked.indexOf(row);
            store.mark(lease, List.of(new Mark.Parked(0, index, row, half().multipliedBy(1 + index))));
        }
        store.closePage(lease, 0);
        store.release(lease);

        assertEquals(parked, store.parked(acquire(0).lease(), true, 10));
    }

    @Test
    public void whatIsParkedAgainIsKeptAsItIsNow() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(1), null);
        store.mark(lease, List.of(parked(0, 0, Duration.ZERO)));
        ParkedRow now =
                new ParkedRow(ParkedRow.id(0, 0), ProgressValues.row("0/0"), 7, true, Duration.ofMinutes(9), true);

        store.mark(lease, List.of(new Mark.ParkedAgain(now, lease())));
        store.mark(lease, List.of(new Mark.ParkedAgain(now, lease())));

        assertEquals(List.of(), store.parked(lease, false, 10));
        assertEquals(List.of(now), store.parked(lease, true, 10));
        assertProgress(1, 0, 1, Map.of());
    }

    @Test
    public void parkedRowsAndTheirDueTimesGoToTheHeir() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        store.openPage(lease, 0, rows(2), null);
        store.mark(lease, List.of(parked(0, 0, half().multipliedBy(5)), parked(0, 1, half())));
        store.closePage(lease, 0);
        passTime(lease());

        ShardGrant heir = acquire(0);

        assertEquals(2, heir.parked());
        assertEquals(List.of(1), indexes(store.parked(heir.lease(), false, 10)));
        assertEquals(List.of(1, 0), indexes(store.parked(heir.lease(), true, 10)));
    }

    @Test
    public void manyParkedRowsComeInPortions() {
        launch("a");
        ShardLease lease = acquire(0).lease();
        int size = 1_000;
        store.openPage(lease, 0, rows(size), null);
        store.mark(
                lease,
                IntStream.range(0, size)
                        .mapToObj(i -> parked(0, i, Duration.ZERO))
                        .toList());
        Set<Long> seen = new HashSet<>();
        for (List<ParkedRow> some = store.parked(lease, false, 64);
                !some.isEmpty();
                some = store.parked(lease, false, 64)) {
            assertTrue(some.size() <= 64);
            some.forEach(row -> assertTrue(seen.add(row.id()), "it was marked, and comes again"));
            store.mark(
                    lease,
                    some.stream()
                            .<Mark>map(row -> new Mark.ParkedEnded(row.id(), Kind.ACCEPTED))
                            .toList());
            assertProgress(size, 0, size - seen.size(), Map.of(Kind.ACCEPTED, (long) seen.size()));
        }
        assertEquals(size, seen.size());
    }

    private static List<Integer> indexes(List<ParkedRow> rows) {
        return rows.stream().map(row -> ProgressValues.index(row.id())).toList();
    }
}
