package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps fan-outs in the memory of this JVM, and loses them with it: the default, for one instance and for tests. Thread-safe; each
 * shard has a lock of its own, and no call blocks for longer than another call on the same shard takes.
 *
 * <p>What it holds is bounded by what is in work: the rows of open pages and the parked ones, which the engine limits per shard, and
 * about a kilobyte for each fan-out of the last {@link ProgressStore#KEPT_AFTER_END seven days}.
 *
 * <p>A lease that has run out is still good for its holder until somebody else takes the shard: nothing was lost in between. The clock
 * is the one given; it belongs to whoever gave it.
 */
public final class InMemoryProgressStore implements ProgressStore {

    private final TimeSource time;
    private final long origin;
    private final AtomicLong created = new AtomicLong();
    private final ConcurrentMap<FanOutId, MemoryFanOut> fanOuts = new ConcurrentHashMap<>();

    /**
     * An empty store.
     *
     * @param time by which leases end and parked rows fall due
     */
    public InMemoryProgressStore(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
        origin = time.nanoTime();
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("a fan-out has at least one shard");
        }
        forgetOld();
        MemoryFanOut made = new MemoryFanOut(spec, shards, estimatedTotal, created.getAndIncrement());
        MemoryFanOut known = fanOuts.putIfAbsent(spec.id(), made);
        if (known == null) {
            return Launch.CREATED;
        }
        return known.spec().equals(spec) ? Launch.JOINED : Launch.CONFLICT;
    }

    @Override
    public Optional<FanOutSpec> spec(FanOutId id) {
        return find(id).map(MemoryFanOut::spec);
    }

    @Override
    public List<FanOutId> active() {
        forgetOld();
        return fanOuts.entrySet().stream()
                .filter(entry -> !entry.getValue().hasEnded())
                .sorted(Comparator.comparingLong(entry -> entry.getValue().order()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@inheritDoc} A cancelled fan-out stays cancelled; one that is not known is none of anybody's. */
    @Override
    public void command(FanOutId id, Command command) {
        find(id).ifPresent(fanOut -> fanOut.command(command));
    }

    @Override
    public Command wanted(FanOutId id) {
        return find(id).map(MemoryFanOut::wanted).orElse(Command.RESUME);
    }

    @Override
    public void waiting(FanOutId id, @Nullable String reason) {
        find(id).ifPresent(fanOut -> fanOut.waiting(reason));
    }

    @Override
    public Optional<FanOutProgress> progress(FanOutId id) {
        return find(id).map(MemoryFanOut::progress);
    }

    @Override
    public List<Integer> freeShards(FanOutId id) {
        return find(id).map(fanOut -> fanOut.freeShards(now())).orElse(List.of());
    }

    @Override
    public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
        return find(id).flatMap(fanOut -> fanOut.shard(shard).acquire(now(), ttl.toNanos()));
    }

    @Override
    public void renew(ShardLease lease, Duration ttl) {
        shard(lease).renew(lease, now() + ttl.toNanos());
    }

    @Override
    public void release(ShardLease lease) {
        find(lease.fanOut()).ifPresent(fanOut -> fanOut.shard(lease.shard()).release(lease));
    }

    /** {@inheritDoc} The list is kept as it is, and must not be changed afterwards. */
    @Override
    public void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor) {
        shard(lease).openPage(lease, number, rows, cursor);
    }

    @Override
    public void intend(ShardLease lease, int page, BitSet rows) {
        shard(lease).intend(lease, page, rows);
    }

    @Override
    public void mark(ShardLease lease, List<Mark> marks) {
        shard(lease).mark(lease, marks, now());
    }

    @Override
    public void closePage(ShardLease lease, int page) {
        shard(lease).closePage(lease, page);
    }

    @Override
    public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
        return shard(lease).parked(lease, all ? Long.MAX_VALUE : now(), limit);
    }

    @Override
    public void addPossibleDuplicates(ShardLease lease, long more) {
        shard(lease).addPossibleDuplicates(lease, more);
    }

    @Override
    public void endShard(ShardLease lease, ShardEnd end, @Nullable String reason) {
        shard(lease).end(lease, end, reason);
        find(lease.fanOut()).ifPresent(fanOut -> fanOut.noteEnd(now()));
    }

    /** Does nothing: what is kept can still be asked for. */
    @Override
    public void close() {
        // Nothing was opened.
    }

    private MemoryShard shard(ShardLease lease) {
        MemoryFanOut fanOut = fanOuts.get(lease.fanOut());
        if (fanOut == null) {
            throw new FencedException(lease);
        }
        return fanOut.shard(lease.shard());
    }

    private Optional<MemoryFanOut> find(FanOutId id) {
        MemoryFanOut fanOut = fanOuts.get(id);
        return fanOut == null || fanOut.isForgotten(now()) ? Optional.empty() : Optional.of(fanOut);
    }

    private void forgetOld() {
        long now = now();
        fanOuts.values().removeIf(fanOut -> fanOut.isForgotten(now));
    }

    /** Nanoseconds since this store was made: unlike a reading of the clock, larger means later. */
    private long now() {
        return time.nanoTime() - origin;
    }
}
