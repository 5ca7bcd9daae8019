package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.contract.ProgressReference.PlainPage;
import dev.notifykit.testkit.contract.ProgressReference.PlainShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Random calls, good and bad ones, repeated and late ones, made to a store and to {@link ProgressReference}, which must answer alike.
 *
 * <p>Time passes in whole ticks, and everything falls due half-way between two, so that a store on a real clock may be half a tick late
 * without another answer being right.
 */
final class ProgressModel {

    private static final int FAN_OUTS = 2;
    private static final int ENOUGH_ROWS = 150;
    private static final List<ShardEnd> ENDS = List.of(ShardEnd.values());

    private final ProgressStore store;
    private final ProgressReference reference = new ProgressReference();
    private final Consumer<Duration> passTime;
    private final Duration tick;
    private final Random random;
    private final StepLog log;
    private final List<Work> works = new ArrayList<>();
    private int launched;
    private int ended;

    ProgressModel(ProgressStore store, Consumer<Duration> passTime, Duration lease, long seed) {
        this.store = store;
        this.passTime = passTime;
        tick = lease.dividedBy(2);
        random = new Random(seed);
        log = new StepLog(seed);
    }

    /** A lease as each of the two stores has given it. */
    private record Leases(ShardLease real, ShardLease plain) {}

    /** One shard that is worked on, and all that was ever shown to it. */
    private static final class Work {
        final FanOutId id;
        final int number;
        final PlainShard plain;
        final List<Leases> leases = new ArrayList<>();
        final List<List<Mark>> marked = new ArrayList<>();
        boolean held;

        Work(FanOutId id, int number, PlainShard plain) {
            this.id = id;
            this.number = number;
            this.plain = plain;
        }

        Leases last() {
            return leases.get(leases.size() - 1);
        }

        @Override
        public String toString() {
            return id + "/" + number;
        }
    }

    void run(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                while (works.stream().map(work -> work.id).distinct().count() < FAN_OUTS) {
                    launch();
                }
                step(works.get(random.nextInt(works.size())));
                compare();
            }
            assertTrue(steps < 5_000 || ended > 0, "the model has seen no fan-out end");
        } catch (RuntimeException | AssertionError e) {
            throw log.failure(e);
        }
    }

    private void launch() {
        FanOutId id = FanOutId.of("model-" + ++launched);
        List<String> shards = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> id + " part " + i)
                .toList();
        OptionalLong estimate = random.nextBoolean() ? OptionalLong.of(random.nextInt(500)) : OptionalLong.empty();
        log.add("create " + id + " with " + shards.size() + " shards");
        assertEquals(
                reference.create(ProgressValues.spec(id, "Hello"), shards, estimate),
                store.create(ProgressValues.spec(id, "Hello"), shards, estimate));
        List<PlainShard> plain = Objects.requireNonNull(reference.fanOuts.get(id)).shards;
        IntStream.range(0, shards.size()).forEach(i -> works.add(new Work(id, i, plain.get(i))));
    }

    private void step(Work work) {
        int dice = random.nextInt(1_000);
        if (dice < 25) {
            pass(1 + random.nextInt(3));
        } else if (dice < 40) {
            command(work);
        } else if (dice < 50) {
            @Nullable String reason = random.nextBoolean() ? null : "reason " + random.nextInt(3);
            log.add("waiting " + work.id + " for " + reason);
            reference.waiting(work.id, reason);
            store.waiting(work.id, reason);
        } else if (dice < 60) {
            launchAgain(work);
        } else if (dice < 110 || !work.held) {
            acquire(work);
        } else if (work.plain.end != null) {
            afterTheEnd(work);
        } else {
            work(work, dice);
        }
    }

    private void work(Work work, int dice) {
        if (dice < 170) {
            Duration ttl = someTime(1);
            call("renew", work, work.last(), (s, lease) -> run(() -> s.renew(lease, ttl)));
        } else if (dice < 200) {
            release(work);
        } else if (dice < 330) {
            openPage(work);
        } else if (dice < 390) {
            intend(work);
        } else if (dice < 640) {
            mark(work, someMarks(work));
        } else if (dice < 700) {
            if (!work.marked.isEmpty()) {
                mark(work, work.marked.get(random.nextInt(work.marked.size())));
            }
        } else if (dice < 860) {
            closePage(work);
        } else if (dice < 920) {
            askParked(work);
        } else if (dice < 945) {
            int more = random.nextInt(5);
            call(
                    "addPossibleDuplicates " + more,
                    work,
                    lease(work),
                    (s, lease) -> run(() -> s.addPossibleDuplicates(lease, more)));
        } else if (work.plain.rows().count() > ENOUGH_ROWS) {
            finish(work);
        } else {
            end(work);
        }
    }

    private void pass(int ticks) {
        log.add("pass " + ticks + " ticks");
        Duration by = tick.multipliedBy(ticks);
        reference.now += by.toNanos();
        passTime.accept(by);
    }

    private <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Half a tick and some whole ones. */
    private Duration someTime(int atLeast) {
        return tick.multipliedBy(atLeast + random.nextInt(3)).plus(tick.dividedBy(2));
    }

    private void command(Work work) {
        Command command =
                random.nextInt(30) == 0 ? Command.CANCEL : random.nextBoolean() ? Command.PAUSE : Command.RESUME;
        log.add(command + " " + work.id);
        reference.command(work.id, command);
        store.command(work.id, command);
    }

    private void launchAgain(Work work) {
        String title = random.nextBoolean() ? "Hello" : "Other";
        log.add("create " + work.id + " again, " + title);
        List<String> split = List.of("another", "split", "is", "ignored");
        assertEquals(
                reference.create(ProgressValues.spec(work.id, title), split, OptionalLong.of(9)),
                store.create(ProgressValues.spec(work.id, title), split, OptionalLong.of(9)));
    }

    private void acquire(Work work) {
        Duration ttl = someTime(1);
        log.add("acquire " + work);
        Optional<ShardGrant> plain = reference.acquire(work.id, work.number, "reference", ttl);
        Optional<ShardGrant> real = store.acquire(work.id, work.number, "owner " + random.nextInt(1_000_000), ttl);
        assertEquals(plain.isPresent(), real.isPresent(), "whether the shard was granted");
        if (real.isPresent()) {
            Leases leases = new Leases(real.get().lease(), plain.orElseThrow().lease());
            assertTrue(
                    work.leases.stream().noneMatch(old -> old.real.equals(leases.real)),
                    "a fence that was there before");
            assertGrant(plain.orElseThrow(), real.get());
            work.leases.add(leases);
            work.held = true;
        }
    }

    private static void assertGrant(ShardGrant plain, ShardGrant real) {
        assertEquals(plain.lease().fanOut(), real.lease().fanOut());
        assertEquals(plain.lease().shard(), real.lease().shard());
        assertEquals(describe(plain), describe(real), "the grant");
        for (int i = 0; i < plain.openPages().size(); i++) {
            OpenPage expected = plain.openPages().get(i);
            OpenPage page = real.openPages().get(i);
            assertEquals(expected.rows(), page.rows(), "the manifest of page " + page.number());
        }
    }

    private static String describe(ShardGrant grant) {
        StringBuilder text = new StringBuilder(grant.description() + ", cursor " + grant.cursor() + ", "
                + (grant.readToEnd() ? "read to its end" : "next page " + grant.nextPage()) + ", " + grant.parked()
                + " parked, " + (grant.released() ? "given back" : "left"));
        for (OpenPage page : grant.openPages()) {
            text.append("; page ").append(page.number()).append(' ').append(Arrays.toString(page.marks()));
            text.append(" intents ").append(page.intents());
        }
        return text.toString();
    }

    private void release(Work work) {
        Leases shown = random.nextInt(3) > 0 ? work.last() : anyLease(work);
        log.add("release " + work + (shown.equals(work.last()) ? "" : " with an old lease"));
        reference.release(shown.plain);
        store.release(shown.real);
        work.held = work.held && !shown.equals(work.last());
    }

    private void openPage(Work work) {
        int known = work.plain.pages.size();
        int number = random.nextInt(5) == 0 ? random.nextInt(known + 2) : known;
        boolean refused = number > known || (number == known && work.plain.isReadToEnd());
        List<AudienceRow> rows = ProgressValues.rows(work + " page " + number + " row ", random.nextInt(9));
        String cursor = random.nextInt(40) == 0 ? null : "cursor " + random.nextInt(1_000);
        call(
                "openPage " + number + " of " + rows.size() + " rows" + (cursor == null ? ", the last" : ""),
                work,
                refused ? work.last() : lease(work),
                (s, lease) -> run(() -> s.openPage(lease, number, rows, cursor)));
    }

    private void intend(Work work) {
        List<Integer> open = openPages(work.plain);
        if (!open.isEmpty()) {
            int page = open.get(random.nextInt(open.size()));
            BitSet bits = new BitSet();
            IntStream.range(0, work.plain.pages.get(page).rows.size())
                    .filter(i -> random.nextBoolean())
                    .forEach(bits::set);
            call(
                    "intend " + page + " " + bits,
                    work,
                    lease(work),
                    (s, lease) -> run(() -> s.intend(lease, page, bits)));
        }
    }

    private static List<Integer> openPages(PlainShard shard) {
        return IntStream.range(0, shard.pages.size())
                .filter(i -> shard.pages.get(i).open)
                .boxed()
                .toList();
    }

    /** Marks for rows of any state, mostly of the last pages: the early ones are closed. */
    private List<Mark> someMarks(Work work) {
        List<Long> ids = work.plain.rows().map(row -> row.id).toList();
        List<Mark> marks = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0 && !ids.isEmpty(); i--) {
            int back = random.nextInt(random.nextBoolean() ? Math.min(20, ids.size()) : ids.size());
            long id = ids.get(ids.size() - 1 - back);
            int page = ProgressValues.page(id);
            int index = ProgressValues.index(id);
            Kind kind = anyOf(ProgressValues.KINDS);
            Duration delay = random.nextInt(4) == 0 ? Duration.ZERO : someTime(0);
            ParkedRow row = new ParkedRow(
                    id,
                    work.plain.pages.get(page).manifest.get(index),
                    random.nextInt(12),
                    random.nextBoolean(),
                    Duration.ofMillis(random.nextInt(100_000)),
                    random.nextBoolean());
            marks.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new Mark.Parked(page, index, row, delay);
                        case 1 -> new Mark.ParkedAgain(row, delay);
                        case 2 -> new Mark.ParkedEnded(id, kind);
                        default -> new Mark.Ended(page, index, kind);
                    });
        }
        return marks;
    }

    private void mark(Work work, List<Mark> marks) {
        call("mark " + marks, work, lease(work), (s, lease) -> run(() -> s.mark(lease, marks)));
        work.marked.add(marks);
    }

    private void closePage(Work work) {
        int known = work.plain.pages.size();
        List<Integer> open = openPages(work.plain);
        if (known > 0) {
            int page = open.isEmpty() || random.nextInt(6) == 0 ? random.nextInt(known) : open.get(0);
            boolean refused = work.plain.pages.get(page).isUnmarked();
            call(
                    "closePage " + page,
                    work,
                    refused ? work.last() : lease(work),
                    (s, lease) -> run(() -> s.closePage(lease, page)));
            if (refused && random.nextInt(3) == 0) {
                mark(work, rest(page, work.plain.pages.get(page)));
            }
        }
    }

    private List<Mark> rest(int page, PlainPage plain) {
        return IntStream.range(0, plain.rows.size())
                .mapToObj(i -> ProgressValues.ended(page, i, anyOf(ProgressValues.KINDS)))
                .toList();
    }

    /** Rows that fall due at the same time may come in any order, and any of them may be beyond the limit. */
    private void askParked(Work work) {
        boolean all = random.nextBoolean();
        int limit = 1 + random.nextInt(8);
        Leases shown = lease(work);
        String step = "parked" + (all ? ", all" : "") + ", at most " + limit;
        if (isFenced(work, shown)) {
            call(step, work, shown, (s, lease) -> s.parked(lease, all, limit));
            return;
        }
        log.add(step + " " + work);
        List<ParkedRow> real = store.parked(shown.real, all, limit);
        assertEquals(
                dues(work, reference.parked(shown.plain, all, limit)),
                dues(work, real),
                "when the parked rows are due");
        Set<Long> ids = new HashSet<>();
        for (ParkedRow row : real) {
            assertTrue(ids.add(row.id()), "a parked row twice");
            assertEquals(ProgressReference.row(work.plain, row.id()).parked, row);
        }
    }

    private static List<Long> dues(Work work, List<ParkedRow> rows) {
        return rows.stream()
                .map(row -> ProgressReference.row(work.plain, row.id()).due)
                .toList();
    }

    private void end(Work work) {
        boolean refused =
                !openPages(work.plain).isEmpty() || !work.plain.parkedByDue().isEmpty();
        if (refused) {
            call("endShard", work, work.last(), (s, lease) -> run(() -> s.endShard(lease, ShardEnd.COMPLETED, null)));
        }
    }

    /** Ends all that is left in a shard, and the shard. */
    private void finish(Work work) {
        if (isFenced(work, work.last())) {
            return;
        }
        Leases lease = work.last();
        for (int page : openPages(work.plain)) {
            List<Mark> rest = rest(page, work.plain.pages.get(page));
            call("mark the rest of page " + page, work, lease, (s, shown) -> run(() -> s.mark(shown, rest)));
            call("closePage " + page, work, lease, (s, shown) -> run(() -> s.closePage(shown, page)));
        }
        List<Mark> parked = work.plain.parkedByDue().stream()
                .<Mark>map(row -> new Mark.ParkedEnded(row.id, Kind.EXPIRED))
                .toList();
        call("mark what is parked", work, lease, (s, shown) -> run(() -> s.mark(shown, parked)));
        ShardEnd end = anyOf(ENDS);
        String reason = end == ShardEnd.FAILED ? "why " + work.id : null;
        call("endShard " + end, work, lease, (s, shown) -> run(() -> s.endShard(shown, end, reason)));
        ended++;
    }

    /** Its end said again, and its lease given back. */
    private void afterTheEnd(Work work) {
        if (random.nextInt(3) == 0) {
            release(work);
        } else if (!isFenced(work, work.last())) {
            call(
                    "endShard again",
                    work,
                    work.last(),
                    (s, lease) -> run(() -> s.endShard(lease, ShardEnd.FAILED, "too late")));
        }
        // When all of its shards have ended, another fan-out takes its place.
        if (Objects.requireNonNull(reference.fanOuts.get(work.id)).hasEnded() && random.nextInt(5) == 0) {
            works.removeIf(other -> other.id.equals(work.id));
        }
    }

    /** Mostly the lease that holds. */
    private Leases lease(Work work) {
        return random.nextInt(9) == 0 ? anyLease(work) : work.last();
    }

    private Leases anyLease(Work work) {
        return work.leases.get(random.nextInt(work.leases.size()));
    }

    private static boolean isFenced(Work work, Leases shown) {
        return !shown.plain.fence().equals(work.plain.fence);
    }

    private void call(
            String step, Work work, Leases shown, BiFunction<ProgressStore, ShardLease, @Nullable Object> call) {
        log.add(step + " " + work + (isFenced(work, shown) ? " with a lost lease" : ""));
        assertEquals(outcome(reference, shown.plain, call), outcome(store, shown.real, call), step);
    }

    private static String outcome(
            ProgressStore store, ShardLease lease, BiFunction<ProgressStore, ShardLease, @Nullable Object> call) {
        try {
            return "answer " + call.apply(store, lease);
        } catch (FencedException e) {
            return "fenced";
        } catch (IllegalStateException | IllegalArgumentException e) {
            return "refused";
        }
    }

    private static @Nullable Object run(Runnable call) {
        call.run();
        return null;
    }

    private void compare() {
        Set<FanOutId> ids = new HashSet<>();
        works.forEach(work -> ids.add(work.id));
        for (FanOutId id : ids) {
            FanOutProgress progress = store.progress(id).orElseThrow();
            assertEquals(reference.progress(id).orElseThrow(), progress);
            assertTrue(progress.isConserved(), "the law is broken");
            assertEquals(reference.wanted(id), store.wanted(id), "what the host wants");
            assertEquals(
                    new HashSet<>(reference.freeShards(id)), new HashSet<>(store.freeShards(id)), "the free shards");
        }
        assertEquals(new HashSet<>(reference.active()), new HashSet<>(store.active()), "the active fan-outs");
    }
}
