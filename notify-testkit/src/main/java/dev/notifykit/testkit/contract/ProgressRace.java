package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runners in threads work on the shards of one fan-out and have nothing in common but the store. They die and leave everything as it is, or
 * sleep until somebody else has taken their shard and then go on writing. In the end every row has one mark, and nobody's
 * word was taken after he was replaced.
 */
final class ProgressRace {

    private static final FanOutId ID = FanOutId.of("race");
    private static final long A_MOMENT = 20_000;
    private static final int RUNNERS = 6;
    private static final int SHARDS = 2;
    private static final int PAGES = 20;
    private static final int ROWS = 20;

    /** How often time is moved on: it costs a store on a real clock as much as it says. */
    private static final int MISHAPS = 14;

    private final ProgressStore store;
    private final Consumer<Duration> passTime;
    private final Duration lease;
    private final Duration patience;
    private final AtomicInteger mishaps = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger fenced = new AtomicInteger();
    private final AtomicReferenceArray<ShardLease> granted = new AtomicReferenceArray<>(SHARDS);
    private final ConcurrentMap<String, Kind> ends = new ConcurrentHashMap<>();

    ProgressRace(ProgressStore store, Consumer<Duration> passTime, Duration lease, Duration patience) {
        this.store = store;
        this.passTime = passTime;
        this.lease = lease;
        this.patience = patience;
    }

    /** A runner has gone, without a word to the store. */
    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    void run(long seed) {
        store.create(ProgressValues.spec(ID, "Hello"), List.of("a", "b"), OptionalLong.empty());
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < RUNNERS; i++) {
            Random random = new Random(seed + i);
            String name = "runner-" + i;
            all.add(() -> {
                runUntilTheEnd(name, random);
                return null;
            });
        }
        all.add(() -> {
            watch();
            return null;
        });
        Together.run(all, patience);

        FanOutProgress progress = store.progress(ID).orElseThrow();
        Map<Kind, Long> counted = new EnumMap<>(Kind.class);
        ends.values().forEach(kind -> counted.merge(kind, 1L, Long::sum));
        assertEquals(SHARDS * PAGES * ROWS, ends.size(), "rows that a runner has ended");
        assertEquals(counted, progress.results(), "results by kind, counted by the runners and by the store");
        assertEquals(ends.size(), progress.recipients());
        assertEquals(0, progress.pending());
        assertEquals(FanOutState.COMPLETED, progress.state());
        assertTrue(late.get() > 0, "nobody came too late: the race proves nothing");
        assertTrue(fenced.get() >= late.get(), "late writers " + late + ", fenced " + fenced);
    }

    private void runUntilTheEnd(String name, Random random) {
        while (!hasEnded() && !Thread.currentThread().isInterrupted()) {
            Optional<ShardGrant> grant = store.acquire(ID, random.nextInt(SHARDS), name, lease);
            if (grant.isEmpty()) {
                LockSupport.parkNanos(A_MOMENT);
                continue;
            }
            granted.set(grant.get().lease().shard(), grant.get().lease());
            try {
                new Runner(grant.get(), random).work();
            } catch (FencedException e) {
                fenced.incrementAndGet();
            } catch (Died e) {
                passTime.accept(lease);
            }
        }
    }

    private boolean hasEnded() {
        return store.progress(ID).orElseThrow().state().isEnd();
    }

    /** The law holds at every moment, and no count ever goes back. */
    private void watch() {
        long recipients = 0;
        long done = 0;
        while (!Thread.currentThread().isInterrupted()) {
            FanOutProgress progress = store.progress(ID).orElseThrow();
            assertTrue(progress.isConserved(), () -> "the law is broken: " + progress);
            assertTrue(progress.recipients() >= recipients && progress.done() >= done, () -> "went back: " + progress);
            recipients = progress.recipients();
            done = progress.done();
            if (progress.state().isEnd()) {
                return;
            }
            LockSupport.parkNanos(A_MOMENT);
        }
    }

    /** Works with one grant for as long as it lives. */
    private final class Runner {

        private final ShardGrant grant;
        private final ShardLease held;
        private final Random random;

        Runner(ShardGrant grant, Random random) {
            this.grant = grant;
            held = grant.lease();
            this.random = random;
        }

        void work() {
            for (OpenPage page : grant.openPages()) {
                endRows(page.number(), page.rows(), page.marks());
            }
            for (int page = grant.nextPage(); page < PAGES; page++) {
                List<AudienceRow> rows = ProgressValues.rows(held.shard() + "-" + page + "-", ROWS);
                store.openPage(held, page, rows, page == PAGES - 1 ? null : "cursor " + page);
                endRows(page, rows, new byte[ROWS]);
                if (random.nextInt(5) == 0) {
                    store.renew(held, lease);
                }
            }
            List<ParkedRow> parked = store.parked(held, true, 7);
            while (!parked.isEmpty()) {
                parked.forEach(this::endParked);
                parked = store.parked(held, true, 7);
            }
            store.endShard(held, ShardEnd.COMPLETED, null);
        }

        private void endRows(int page, List<AudienceRow> rows, byte[] marks) {
            List<Mark> batch = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                if (marks[i] == OpenPage.UNMARKED) {
                    String key = rows.get(i).key();
                    batch.add(
                            random.nextInt(5) == 0
                                    ? new Mark.Parked(page, i, parked(ParkedRow.id(page, i), rows.get(i), 1), lease)
                                    : new Mark.Ended(page, i, kind(key)));
                }
                if (random.nextInt(4) == 0) {
                    mark(batch, page, rows);
                }
            }
            mark(batch, page, rows);
            store.closePage(held, page);
        }

        private void endParked(ParkedRow row) {
            int page = ProgressValues.page(row.id());
            if (row.attempts() < 2 && random.nextBoolean()) {
                store.mark(held, List.of(new Mark.ParkedAgain(parked(row.id(), row.row(), row.attempts() + 1), lease)));
            } else {
                mishap();
                store.mark(
                        held,
                        List.of(new Mark.ParkedEnded(row.id(), kind(row.row().key()))));
                note(row.row().key(), page);
            }
        }

        private void mark(List<Mark> batch, int page, List<AudienceRow> rows) {
            mishap();
            store.mark(held, List.copyOf(batch));
            for (Mark mark : batch) {
                if (mark instanceof Mark.Ended ended) {
                    note(rows.get(ended.index()).key(), page);
                }
            }
            batch.clear();
        }

        /** The store has taken this row's end from this runner: it was not fenced. */
        private void note(String key, int page) {
            if (ends.putIfAbsent(key, kind(key)) != null) {
                fail("the end of row " + key + " on page " + page + " was taken twice");
            }
        }

        private ParkedRow parked(long id, AudienceRow row, int attempts) {
            return new ParkedRow(id, row, attempts, random.nextBoolean(), lease, random.nextBoolean());
        }

        private void mishap() {
            if (random.nextInt(12) != 0 || mishaps.getAndIncrement() >= MISHAPS) {
                return;
            }
            if (random.nextBoolean()) {
                throw new Died();
            }
            passTime.accept(lease);
            long start = System.nanoTime();
            while (held.equals(granted.get(held.shard()))) {
                assertTrue(System.nanoTime() - start < patience.toNanos(), "nobody takes a shard that is free");
                LockSupport.parkNanos(A_MOMENT);
            }
            // Whatever it does next is too late: somebody else has the shard, or had it.
            late.incrementAndGet();
        }
    }

    private static Kind kind(String key) {
        return ProgressValues.kind(key.hashCode());
    }
}
