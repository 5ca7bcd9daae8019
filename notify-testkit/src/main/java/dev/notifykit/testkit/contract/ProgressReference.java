package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every store is compared with: the plainest there can be. It has one object per row and no counter; every number it gives is
 * counted at that moment. Not thread-safe, and slow on purpose.
 */
final class ProgressReference implements ProgressStore {

    /** Nanoseconds; moved by whoever drives it. */
    long now;

    final Map<FanOutId, PlainFanOut> fanOuts = new LinkedHashMap<>();
    private int grants;

    static final class PlainFanOut {
        final FanOutSpec spec;
        final List<PlainShard> shards = new ArrayList<>();
        final @Nullable Long estimated;
        Command wanted = Command.RESUME;

        @Nullable
        String waitsFor;

        PlainFanOut(FanOutSpec spec, List<String> descriptions, OptionalLong estimated) {
            this.spec = spec;
            this.estimated = estimated.isPresent() ? estimated.getAsLong() : null;
            descriptions.forEach(description -> shards.add(new PlainShard(description)));
        }

        boolean hasEnded() {
            return shards.stream().allMatch(shard -> shard.end != null);
        }
    }

    static final class PlainShard {
        final String description;
        final List<PlainPage> pages = new ArrayList<>();

        @Nullable
        String fence;

        long leaseEnd;
        boolean released = true;
        long possibleDuplicates;

        @Nullable
        ShardEnd end;

        @Nullable
        String endReason;

        PlainShard(String description) {
            this.description = description;
        }

        Stream<PlainRow> rows() {
            return pages.stream().flatMap(page -> page.rows.stream());
        }

        List<PlainRow> parkedByDue() {
            return rows().filter(row -> row.parked != null)
                    .sorted(Comparator.comparingLong(row -> row.due))
                    .toList();
        }

        boolean isFree(long now) {
            return end == null && (fence == null || now >= leaseEnd);
        }

        boolean isReadToEnd() {
            return !pages.isEmpty() && pages.get(pages.size() - 1).next == null;
        }
    }

    static final class PlainPage {
        final @Nullable String next;
        final List<AudienceRow> manifest;
        final List<PlainRow> rows;
        boolean open = true;

        PlainPage(int number, List<AudienceRow> manifest, @Nullable String next) {
            this.next = next;
            this.manifest = manifest;
            rows = IntStream.range(0, manifest.size())
                    .mapToObj(index -> new PlainRow(ParkedRow.id(number, index)))
                    .toList();
        }

        boolean isUnmarked() {
            return rows.stream().anyMatch(PlainRow::isUnmarked);
        }
    }

    static final class PlainRow {
        final long id;
        boolean leftPage;
        boolean intent;

        @Nullable
        ParkedRow parked;

        long due;

        @Nullable
        Kind end;

        PlainRow(long id) {
            this.id = id;
        }

        boolean isUnmarked() {
            return end == null && !leftPage;
        }

        byte mark() {
            return leftPage ? OpenPage.PARKED : end == null ? OpenPage.UNMARKED : OpenPage.code(end);
        }
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
        PlainFanOut known = fanOuts.putIfAbsent(spec.id(), new PlainFanOut(spec, shards, estimatedTotal));
        return known == null ? Launch.CREATED : known.spec.equals(spec) ? Launch.JOINED : Launch.CONFLICT;
    }

    @Override
    public Optional<FanOutSpec> spec(FanOutId id) {
        return Optional.ofNullable(fanOuts.get(id)).map(fanOut -> fanOut.spec);
    }

    @Override
    public List<FanOutId> active() {
        return fanOuts.values().stream()
                .filter(fanOut -> !fanOut.hasEnded())
                .map(fanOut -> fanOut.spec.id())
                .toList();
    }

    @Override
    public void command(FanOutId id, Command command) {
        PlainFanOut fanOut = known(id);
        if (fanOut.wanted != Command.CANCEL && !fanOut.hasEnded()) {
            fanOut.wanted = command;
        }
    }

    @Override
    public Command wanted(FanOutId id) {
        return known(id).wanted;
    }

    @Override
    public void waiting(FanOutId id, @Nullable String reason) {
        known(id).waitsFor = reason;
    }

    @Override
    public Optional<FanOutProgress> progress(FanOutId id) {
        PlainFanOut fanOut = known(id);
        List<PlainRow> rows = fanOut.shards.stream().flatMap(PlainShard::rows).toList();
        Map<Kind, Long> results = new EnumMap<>(Kind.class);
        rows.stream().map(row -> row.end).filter(Objects::nonNull).forEach(kind -> results.merge(kind, 1L, Long::sum));
        FanOutState state = state(fanOut);
        return Optional.of(new FanOutProgress(
                id,
                state,
                state == FanOutState.WAITING ? fanOut.waitsFor : state == FanOutState.FAILED ? failure(fanOut) : null,
                rows.size(),
                results,
                rows.stream().filter(PlainRow::isUnmarked).count(),
                rows.stream().filter(row -> row.parked != null).count(),
                fanOut.shards.stream().allMatch(shard -> shard.isReadToEnd() || shard.end != null),
                fanOut.estimated,
                fanOut.shards.stream()
                        .mapToLong(shard -> shard.possibleDuplicates)
                        .sum(),
                0));
    }

    private static FanOutState state(PlainFanOut fanOut) {
        if (!fanOut.hasEnded()) {
            return fanOut.wanted == Command.PAUSE
                    ? FanOutState.PAUSED
                    : fanOut.waitsFor == null ? FanOutState.RUNNING : FanOutState.WAITING;
        }
        List<ShardEnd> ends = fanOut.shards.stream()
                .map(shard -> Objects.requireNonNull(shard.end))
                .toList();
        return ends.contains(ShardEnd.FAILED)
                ? FanOutState.FAILED
                : ends.contains(ShardEnd.CANCELLED) ? FanOutState.CANCELLED : FanOutState.COMPLETED;
    }

    private static @Nullable String failure(PlainFanOut fanOut) {
        return fanOut.shards.stream()
                .filter(shard -> shard.end == ShardEnd.FAILED)
                .findFirst()
                .map(shard -> shard.endReason)
                .orElse(null);
    }

    @Override
    public List<Integer> freeShards(FanOutId id) {
        List<PlainShard> shards = known(id).shards;
        return IntStream.range(0, shards.size())
                .filter(i -> shards.get(i).isFree(now))
                .boxed()
                .toList();
    }

    @Override
    public Optional<ShardGrant> acquire(FanOutId id, int number, String owner, Duration ttl) {
        PlainShard shard = known(id).shards.get(number);
        if (!shard.isFree(now)) {
            return Optional.empty();
        }
        String fence = "reference " + ++grants;
        List<OpenPage> open = new ArrayList<>();
        for (int i = 0; i < shard.pages.size(); i++) {
            if (shard.pages.get(i).open) {
                open.add(grant(i, shard.pages.get(i)));
            }
        }
        ShardGrant grant = new ShardGrant(
                new ShardLease(id, number, fence),
                shard.description,
                shard.pages.isEmpty() ? null : shard.pages.get(shard.pages.size() - 1).next,
                shard.isReadToEnd(),
                shard.pages.size(),
                open,
                shard.parkedByDue().size(),
                shard.released);
        shard.fence = fence;
        shard.leaseEnd = now + ttl.toNanos();
        shard.released = false;
        return Optional.of(grant);
    }

    private static OpenPage grant(int number, PlainPage page) {
        byte[] marks = new byte[page.rows.size()];
        BitSet intents = new BitSet();
        for (int i = 0; i < marks.length; i++) {
            marks[i] = page.rows.get(i).mark();
            intents.set(i, page.rows.get(i).intent);
        }
        return new OpenPage(number, page.manifest, marks, intents);
    }

    @Override
    public void renew(ShardLease lease, Duration ttl) {
        held(lease).leaseEnd = now + ttl.toNanos();
    }

    @Override
    public void release(ShardLease lease) {
        PlainShard shard = known(lease.fanOut()).shards.get(lease.shard());
        if (lease.fence().equals(shard.fence)) {
            shard.fence = null;
            shard.released = true;
        }
    }

    @Override
    public void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor) {
        PlainShard shard = held(lease);
        if (number > shard.pages.size() || (number == shard.pages.size() && shard.isReadToEnd())) {
            throw new IllegalStateException("no such page can be opened");
        }
        if (number == shard.pages.size()) {
            shard.pages.add(new PlainPage(number, rows, cursor));
        }
    }

    @Override
    public void intend(ShardLease lease, int page, BitSet rows) {
        PlainPage opened = held(lease).pages.get(page);
        rows.stream().forEach(i -> opened.rows.get(i).intent = true);
    }

    @Override
    public void mark(ShardLease lease, List<Mark> marks) {
        PlainShard shard = held(lease);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Ended ended) {
                PlainRow row = shard.pages.get(ended.page()).rows.get(ended.index());
                if (row.isUnmarked()) {
                    row.end = ended.kind();
                }
            } else if (mark instanceof Mark.Parked parked) {
                PlainRow row = shard.pages.get(parked.page()).rows.get(parked.index());
                if (row.isUnmarked()) {
                    row.leftPage = true;
                    row.intent = false;
                    row.parked = parked.row();
                    row.due = now + parked.delay().toNanos();
                }
            } else if (mark instanceof Mark.ParkedAgain again) {
                PlainRow row = row(shard, again.row().id());
                if (row.parked != null) {
                    row.parked = again.row();
                    row.due = now + again.delay().toNanos();
                }
            } else if (mark instanceof Mark.ParkedEnded ended) {
                PlainRow row = row(shard, ended.id());
                if (row.parked != null) {
                    row.parked = null;
                    row.end = ended.kind();
                }
            }
        }
    }

    static PlainRow row(PlainShard shard, long id) {
        return shard.rows().filter(row -> row.id == id).findFirst().orElseThrow();
    }

    @Override
    public void closePage(ShardLease lease, int number) {
        PlainPage page = held(lease).pages.get(number);
        if (page.isUnmarked()) {
            throw new IllegalStateException("a row is unmarked");
        }
        page.open = false;
    }

    @Override
    public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
        return held(lease).parkedByDue().stream()
                .filter(row -> all || row.due <= now)
                .limit(limit)
                .map(row -> Objects.requireNonNull(row.parked))
                .toList();
    }

    @Override
    public void addPossibleDuplicates(ShardLease lease, long more) {
        held(lease).possibleDuplicates += more;
    }

    @Override
    public void endShard(ShardLease lease, ShardEnd end, @Nullable String reason) {
        PlainShard shard = held(lease);
        if (shard.end != null) {
            return;
        }
        if (shard.pages.stream().anyMatch(page -> page.open)
                || !shard.parkedByDue().isEmpty()) {
            throw new IllegalStateException("something is left");
        }
        shard.end = end;
        shard.endReason = reason;
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private PlainFanOut known(FanOutId id) {
        return Objects.requireNonNull(fanOuts.get(id), "the driver asks for what it has launched");
    }

    private PlainShard held(ShardLease lease) {
        PlainShard shard = known(lease.fanOut()).shards.get(lease.shard());
        if (!lease.fence().equals(shard.fence)) {
            throw new FencedException(lease);
        }
        return shard;
    }
}
