package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random calls, good and bad ones, repeated and late ones, against a model that keeps one plain object per row and counts them. */
class InMemoryProgressStoreModelTest {

    private static final int STEPS = 3_000;
    private static final Duration TTL = Duration.ofSeconds(10);

    private final ManualTime time = ManualTime.create();
    private final ProgressStore store = new InMemoryProgressStore(time);
    private final FanOutId id = FanOutId.of("model");

    private Random random = new Random(0);
    private long now;
    private List<ModelShard> shards = List.of();
    private Command wanted = Command.RESUME;
    private @Nullable String waiting;

    private static final class ModelRow {
        final int page;
        final int index;

        @Nullable
        Kind end;

        boolean left;

        @Nullable
        ParkedRow parked;

        long due;
        boolean intent;

        ModelRow(int page, int index) {
            this.page = page;
            this.index = index;
        }

        long id() {
            return ParkedRow.id(page, index);
        }
    }

    private static final class ModelShard {
        final int number;
        final List<List<ModelRow>> pages = new ArrayList<>();
        final List<Integer> open = new ArrayList<>();
        final List<ShardLease> leases = new ArrayList<>();
        final List<List<Mark>> history = new ArrayList<>();

        @Nullable
        ShardLease lease;

        long leaseEnd;
        boolean released = true;
        boolean readToEnd;

        @Nullable
        String cursor;

        long duplicates;

        @Nullable
        ShardEnd end;

        ModelShard(int number) {
            this.number = number;
        }

        List<ModelRow> rows() {
            return pages.stream().flatMap(List::stream).toList();
        }

        boolean isFree(long now) {
            return end == null && (lease == null || now >= leaseEnd);
        }

        List<ModelRow> parkedByDue() {
            return rows().stream()
                    .filter(row -> row.parked != null)
                    .sorted(Comparator.<ModelRow>comparingLong(row -> row.due).thenComparingLong(ModelRow::id))
                    .toList();
        }

        long unmarked() {
            return rows().stream()
                    .filter(row -> row.end == null && row.parked == null)
                    .count();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void doesWhatTheModelDoes(long seed) {
        random = new Random(seed);
        shards = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(ModelShard::new)
                .toList();
        store.create(
                FanOutSpec.builder(id, "h", Notification.alert("a", "b")).build(),
                shards.stream().map(shard -> "shard-" + shard.number).toList(),
                OptionalLong.empty());
        int step = 0;
        try {
            for (; step < STEPS; step++) {
                step(shards.get(random.nextInt(shards.size())));
                compare();
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", step " + step, e);
        }
        long rows = shards.stream().mapToLong(shard -> shard.rows().size()).sum();
        assertThat(rows).as("seed %d has met rows", seed).isGreaterThan(50);
    }

    private void step(ModelShard shard) {
        int dice = random.nextInt(100);
        if (dice < 6) {
            pass(random.nextInt(3_000));
        } else if (dice < 7) {
            pass(TTL.toMillis());
        } else if (dice < 14 || shard.lease == null) {
            acquire(shard);
        } else if (dice < 17) {
            onLease(shard, lease -> store.renew(lease, TTL), () -> shard.leaseEnd = now + TTL.toMillis());
        } else if (dice < 19) {
            release(shard);
        } else if (dice < 30) {
            openPage(shard);
        } else if (dice < 36) {
            intend(shard);
        } else if (dice < 68) {
            mark(shard);
        } else if (dice < 72) {
            markAgain(shard);
        } else if (dice < 84) {
            closePage(shard);
        } else if (dice < 90) {
            askParked(shard);
        } else if (dice < 92) {
            int more = random.nextInt(5);
            onLease(shard, lease -> store.addPossibleDuplicates(lease, more), () -> shard.duplicates += more);
        } else if (dice < 94) {
            end(shard);
        } else if (dice < 97) {
            command(random.nextInt(40) == 0 ? Command.CANCEL : random.nextBoolean() ? Command.PAUSE : Command.RESUME);
        } else {
            waiting = random.nextBoolean() ? null : "reason " + random.nextInt(3);
            store.waiting(id, waiting);
        }
    }

    private void pass(long millis) {
        now += millis;
        time.advance(Duration.ofMillis(millis));
    }

    private interface Call {
        void with(ShardLease lease);
    }

    /** Mostly with the lease that holds; with an old one it must change nothing. */
    private void onLease(ModelShard shard, Call call, Runnable model) {
        ShardLease held = Objects.requireNonNull(shard.lease);
        ShardLease shown = random.nextInt(8) == 0 ? shard.leases.get(random.nextInt(shard.leases.size())) : held;
        if (shown.equals(held)) {
            call.with(shown);
            model.run();
        } else {
            assertFails(FencedException.class, () -> call.with(shown));
        }
    }

    private static void assertFails(Class<? extends RuntimeException> type, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            assertThat(e).isInstanceOf(type);
            return;
        }
        throw new AssertionError("expected a " + type.getSimpleName());
    }

    private void acquire(ModelShard shard) {
        ShardGrant grant = store.acquire(id, shard.number, "me", TTL).orElse(null);
        assertThat(grant != null).as("free").isEqualTo(shard.isFree(now));
        if (grant == null) {
            return;
        }
        assertThat(shard.leases).as("a fence that never was").doesNotContain(grant.lease());
        assertThat(grant.description()).isEqualTo("shard-" + shard.number);
        assertThat(grant.released()).isEqualTo(shard.released);
        assertThat(grant.cursor()).isEqualTo(shard.cursor);
        assertThat(grant.readToEnd()).isEqualTo(shard.readToEnd);
        assertThat(grant.nextPage()).isEqualTo(shard.pages.size());
        assertThat(grant.parked()).isEqualTo(shard.parkedByDue().size());
        assertThat(grant.openPages()).extracting(OpenPage::number).containsExactlyElementsOf(shard.open);
        for (OpenPage page : grant.openPages()) {
            for (ModelRow row : shard.pages.get(page.number())) {
                byte mark = row.left ? OpenPage.PARKED : row.end == null ? OpenPage.UNMARKED : OpenPage.code(row.end);
                assertThat(page.marks()[row.index]).isEqualTo(mark);
                assertThat(page.intents().get(row.index)).isEqualTo(row.intent);
            }
        }
        shard.lease = grant.lease();
        shard.leases.add(grant.lease());
        shard.leaseEnd = now + TTL.toMillis();
        shard.released = false;
    }

    private void release(ModelShard shard) {
        ShardLease shown = shard.leases.get(random.nextInt(shard.leases.size()));
        store.release(shown);
        if (shown.equals(shard.lease)) {
            shard.lease = null;
            shard.released = true;
        }
    }

    private void openPage(ModelShard shard) {
        int number = random.nextInt(5) == 0 ? random.nextInt(shard.pages.size() + 2) : shard.pages.size();
        int size = random.nextInt(12);
        List<AudienceRow> rows = IntStream.range(0, size)
                .mapToObj(i -> new AudienceRow("p" + number + "r" + i, Target.fcm("a", "t" + i)))
                .toList();
        String cursor = random.nextInt(400) == 0 ? null : "c" + number;
        Call call = lease -> store.openPage(lease, number, rows, cursor);
        boolean refused =
                number > shard.pages.size() || number == shard.pages.size() && (shard.readToEnd || shard.end != null);
        if (refused) {
            assertFails(IllegalStateException.class, () -> call.with(Objects.requireNonNull(shard.lease)));
            return;
        }
        onLease(shard, call, () -> {
            if (number == shard.pages.size()) {
                shard.pages.add(IntStream.range(0, size)
                        .mapToObj(i -> new ModelRow(number, i))
                        .toList());
                shard.open.add(number);
                shard.cursor = cursor;
                shard.readToEnd = cursor == null;
            }
        });
    }

    private void intend(ModelShard shard) {
        if (shard.open.isEmpty()) {
            return;
        }
        int page = shard.open.get(random.nextInt(shard.open.size()));
        BitSet bits = new BitSet();
        shard.pages.get(page).stream().filter(row -> random.nextBoolean()).forEach(row -> bits.set(row.index));
        onLease(
                shard,
                lease -> store.intend(lease, page, bits),
                () -> shard.pages.get(page).forEach(row -> row.intent |= bits.get(row.index)));
    }

    private void mark(ModelShard shard) {
        List<ModelRow> rows = shard.rows();
        if (rows.isEmpty()) {
            return;
        }
        List<Mark> marks = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            // Mostly rows of late pages: the early ones are closed.
            ModelRow row =
                    rows.get(Math.max(0, rows.size() - 1 - random.nextInt(random.nextBoolean() ? 20 : rows.size())));
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            Duration delay = Duration.ofMillis(random.nextInt(5_000));
            ParkedRow copy = new ParkedRow(
                    row.id(),
                    new AudienceRow("p" + row.page + "r" + row.index, Target.fcm("a", "t" + row.index)),
                    random.nextInt(9),
                    random.nextBoolean(),
                    delay,
                    random.nextBoolean());
            marks.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new Mark.Parked(row.page, row.index, copy, delay);
                        case 1 -> new Mark.ParkedAgain(copy, delay);
                        case 2 -> new Mark.ParkedEnded(row.id(), kind);
                        default -> new Mark.Ended(row.page, row.index, kind);
                    });
        }
        apply(shard, marks);
    }

    private void markAgain(ModelShard shard) {
        if (!shard.history.isEmpty()) {
            apply(shard, shard.history.get(random.nextInt(shard.history.size())));
        }
    }

    private void apply(ModelShard shard, List<Mark> marks) {
        onLease(shard, lease -> store.mark(lease, marks), () -> {
            marks.forEach(mark -> apply(shard, mark));
            shard.history.add(marks);
        });
    }

    private void apply(ModelShard shard, Mark mark) {
        if (mark instanceof Mark.Ended ended) {
            ModelRow row = shard.pages.get(ended.page()).get(ended.index());
            if (row.end == null && !row.left) {
                row.end = ended.kind();
            }
        } else if (mark instanceof Mark.Parked parked) {
            ModelRow row = shard.pages.get(parked.page()).get(parked.index());
            if (row.end == null && !row.left) {
                row.left = true;
                row.intent = false;
                row.parked = parked.row();
                row.due = now + parked.delay().toMillis();
            }
        } else if (mark instanceof Mark.ParkedAgain again) {
            ModelRow row = row(shard, again.row().id());
            if (row.parked != null) {
                row.parked = again.row();
                row.due = now + again.delay().toMillis();
            }
        } else if (mark instanceof Mark.ParkedEnded ended) {
            ModelRow row = row(shard, ended.id());
            if (row.parked != null) {
                row.parked = null;
                row.end = ended.kind();
            }
        }
    }

    private static ModelRow row(ModelShard shard, long id) {
        return shard.rows().stream().filter(row -> row.id() == id).findFirst().orElseThrow();
    }

    private void closePage(ModelShard shard) {
        if (shard.pages.isEmpty()) {
            return;
        }
        int page =
                shard.open.isEmpty() || random.nextInt(6) == 0 ? random.nextInt(shard.pages.size()) : shard.open.get(0);
        boolean unmarked = shard.pages.get(page).stream().anyMatch(row -> row.end == null && !row.left);
        if (unmarked) {
            assertFails(IllegalStateException.class, () -> store.closePage(Objects.requireNonNull(shard.lease), page));
            if (random.nextInt(3) == 0) {
                List<Mark> rest = shard.pages.get(page).stream()
                        .<Mark>map(row -> new Mark.Ended(page, row.index, Kind.ACCEPTED))
                        .toList();
                apply(shard, rest);
            }
        } else {
            onLease(shard, lease -> store.closePage(lease, page), () -> shard.open.remove((Integer) page));
        }
    }

    private void askParked(ModelShard shard) {
        boolean all = random.nextBoolean();
        int limit = 1 + random.nextInt(8);
        List<ParkedRow> expected = shard.parkedByDue().stream()
                .filter(row -> all || row.due <= now)
                .limit(limit)
                .map(row -> Objects.requireNonNull(row.parked))
                .toList();
        onLease(shard, lease -> assertThat(store.parked(lease, all, limit)).isEqualTo(expected), () -> {});
    }

    private void end(ModelShard shard) {
        if (shard.end != null) {
            store.endShard(Objects.requireNonNull(shard.lease), ShardEnd.FAILED, "too late");
        } else if (!shard.open.isEmpty() || !shard.parkedByDue().isEmpty()) {
            assertFails(
                    IllegalStateException.class,
                    () -> store.endShard(Objects.requireNonNull(shard.lease), ShardEnd.COMPLETED, null));
        } else if (shard.pages.size() > 30) {
            ShardEnd end = ShardEnd.values()[random.nextInt(3)];
            onLease(shard, lease -> store.endShard(lease, end, "shard " + shard.number), () -> shard.end = end);
        }
    }

    private void command(Command command) {
        store.command(id, command);
        if (wanted != Command.CANCEL && !shards.stream().allMatch(shard -> shard.end != null)) {
            wanted = command;
        }
    }

    private void compare() {
        FanOutProgress progress = store.progress(id).orElseThrow();
        Map<Kind, Long> results = new EnumMap<>(Kind.class);
        shards.forEach(shard -> shard.rows().forEach(row -> {
            if (row.end != null) {
                results.merge(row.end, 1L, Long::sum);
            }
        }));
        assertThat(progress.results()).isEqualTo(results);
        assertThat(progress.recipients())
                .isEqualTo(
                        shards.stream().mapToLong(shard -> shard.rows().size()).sum());
        assertThat(progress.open())
                .isEqualTo(shards.stream().mapToLong(ModelShard::unmarked).sum());
        assertThat(progress.parked())
                .isEqualTo(shards.stream()
                        .mapToLong(shard -> shard.parkedByDue().size())
                        .sum());
        assertThat(progress.isConserved()).isTrue();
        assertThat(progress.possibleDuplicates())
                .isEqualTo(shards.stream().mapToLong(shard -> shard.duplicates).sum());
        assertThat(progress.readToEnd())
                .isEqualTo(shards.stream().allMatch(shard -> shard.readToEnd || shard.end != null));
        assertThat(progress.state()).isEqualTo(state());
        assertThat(store.wanted(id)).isEqualTo(wanted);
        assertThat(store.active().contains(id)).isEqualTo(!progress.state().isEnd());
        assertThat(store.freeShards(id))
                .isEqualTo(shards.stream()
                        .filter(shard -> shard.isFree(now))
                        .map(shard -> shard.number)
                        .toList());
    }

    private FanOutState state() {
        if (shards.stream().allMatch(shard -> shard.end != null)) {
            if (shards.stream().anyMatch(shard -> shard.end == ShardEnd.FAILED)) {
                return FanOutState.FAILED;
            }
            return shards.stream().anyMatch(shard -> shard.end == ShardEnd.CANCELLED)
                    ? FanOutState.CANCELLED
                    : FanOutState.COMPLETED;
        }
        if (wanted == Command.PAUSE) {
            return FanOutState.PAUSED;
        }
        return waiting == null ? FanOutState.RUNNING : FanOutState.WAITING;
    }
}
