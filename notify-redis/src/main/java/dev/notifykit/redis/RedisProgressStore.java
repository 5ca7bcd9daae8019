package dev.notifykit.redis;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps fan-outs in Redis, so that all instances work on each of them: a hash for the fan-out as a whole, and keys of its own for each shard, which may
 * lie on another node; {@code fanout_rules.lua} and {@code shard_rules.lua} say what is in them. Every change is one script, which sees the
 * lease's fence. What concerns two slots (the list of fan-outs, the end of the last shard) is done in an order in which nothing is lost
 * when the second step never comes; whoever looks for work next makes up for it.
 *
 * <p>Thread-safe; calls block for a round trip or two, on their callers' threads. The clock is Redis's. What is damaged or too new for this
 * build fails with {@link ProgressCorruptException} where it is asked for, and is left out where work is looked for, so that it stops nobody's
 * work on anything else; every other failure is a {@link ProgressUnavailableException}.
 */
final class RedisProgressStore implements ProgressStore {

    /** The shards outlast their fan-out, so that an ended one is never seen without them. */
    private static final Duration SHARDS_KEPT = KEPT_AFTER_END.plusHours(1);

    /** Whoever launches a fan-out stores it right after it came to the list; he may sleep in between, but hardly for so long. */
    private static final Duration LAUNCH_TAKES = Duration.ofHours(1);

    /** So many shards are looked at together when it is only asked whether all have ended. */
    private static final int SHARDS_TOGETHER = 64;

    private final FanOutTable fanOuts;
    private final ShardTable shards;
    private final ProgressQuarantine quarantine = new ProgressQuarantine();

    RedisProgressStore(RedisLink link, RedisSettings settings, Clock clock) {
        RedisKeys keys = new RedisKeys(settings);
        FanOutCodec codec = new FanOutCodec(OptionsFormats.installed());
        fanOuts = new FanOutTable(link, keys, clock, codec);
        shards = new ShardTable(link, keys, clock, codec);
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public Launch create(FanOutSpec spec, List<String> descriptions, OptionalLong estimatedTotal) {
        if (descriptions.isEmpty()) {
            throw new IllegalArgumentException("a fan-out has at least one shard");
        }
        return fanOuts.create(spec, descriptions, estimatedTotal);
    }

    @Override
    public Optional<FanOutSpec> spec(FanOutId id) {
        return fanOuts.spec(id);
    }

    /** {@inheritDoc} Without those that cannot be read here. */
    @Override
    public List<FanOutId> active() {
        List<FanOutId> active = new ArrayList<>();
        fanOuts.listed().forEach((entry, reply) -> {
            if (reply.isCorrupt()) {
                quarantine.note(entry.id(), reply.failure());
                return;
            }
            FanOutHead head = reply.get().orElse(null);
            if (head == null) {
                fanOuts.unlist(entry, LAUNCH_TAKES);
            } else if (head.ended()) {
                shards.expire(entry.id(), head, SHARDS_KEPT);
                fanOuts.unlist(entry, Duration.ZERO);
            } else if (quarantine.isReadable(entry.id(), head, fanOuts)) {
                active.add(entry.id());
            }
        });
        quarantine.retain(active);
        return active;
    }

    @Override
    public void command(FanOutId id, Command command) {
        fanOuts.command(id, command);
    }

    @Override
    public Command wanted(FanOutId id) {
        return fanOuts.look(id).map(FanOutHead::wanted).orElse(Command.RESUME);
    }

    @Override
    public void waiting(FanOutId id, @Nullable String reason) {
        fanOuts.waiting(id, reason);
    }

    @Override
    public Optional<FanOutProgress> progress(FanOutId id) {
        return fanOuts.look(id).map(head -> {
            List<ShardLook> looks = shards.look(id, head, allShards(head)).values().stream()
                    .map(ProgressLink.Reply::get)
                    .toList();
            return progress(id, head, looks);
        });
    }

    private static FanOutProgress progress(FanOutId id, FanOutHead head, List<ShardLook> looks) {
        Map<SendResult.Kind, Long> results = new EnumMap<>(SendResult.Kind.class);
        looks.forEach(look -> look.results().forEach((kind, count) -> results.merge(kind, count, Long::sum)));
        FanOutState state = state(head, looks);
        return new FanOutProgress(
                id,
                state,
                reason(state, head, looks),
                looks.stream().mapToLong(ShardLook::recipients).sum(),
                results,
                looks.stream().mapToLong(ShardLook::open).sum(),
                looks.stream().mapToLong(ShardLook::parked).sum(),
                looks.stream().allMatch(look -> look.readToEnd() || look.end() != null),
                head.estimated(),
                looks.stream().mapToLong(ShardLook::possibleDuplicates).sum(),
                0);
    }

    private static FanOutState state(FanOutHead head, List<ShardLook> looks) {
        if (looks.stream().allMatch(look -> look.end() != null)) {
            if (looks.stream().anyMatch(look -> look.end() == ShardEnd.FAILED)) {
                return FanOutState.FAILED;
            }
            return looks.stream().anyMatch(look -> look.end() == ShardEnd.CANCELLED)
                    ? FanOutState.CANCELLED
                    : FanOutState.COMPLETED;
        }
        if (head.wanted() == Command.PAUSE) {
            return FanOutState.PAUSED;
        }
        return head.waitingFor() == null ? FanOutState.RUNNING : FanOutState.WAITING;
    }

    private static @Nullable String reason(FanOutState state, FanOutHead head, List<ShardLook> looks) {
        return switch (state) {
            case WAITING -> head.waitingFor();
            case FAILED ->
                looks.stream()
                        .filter(look -> look.end() == ShardEnd.FAILED)
                        .findFirst()
                        .map(ShardLook::endReason)
                        .orElse(null);
            case RUNNING, PAUSED, COMPLETED, CANCELLED -> null;
        };
    }

    /** {@inheritDoc} Without those that cannot be read here. */
    @Override
    public List<Integer> freeShards(FanOutId id) {
        FanOutHead head = fanOuts.look(id).orElse(null);
        if (head == null || head.ended()) {
            return List.of();
        }
        List<Integer> free = new ArrayList<>();
        boolean allEnded = true;
        for (Map.Entry<Integer, ProgressLink.Reply<ShardLook>> entry :
                shards.look(id, head, allShards(head)).entrySet()) {
            int shard = entry.getKey();
            if (entry.getValue().isCorrupt()) {
                quarantine.note(id, shard, entry.getValue().failure());
                allEnded = false;
                continue;
            }
            ShardLook look = entry.getValue().get();
            allEnded &= look.end() != null;
            if (look.free() && !quarantine.holds(id, shard)) {
                free.add(shard);
            }
        }
        if (allEnded) {
            end(id, head); // whoever has ended the last shard has come no further
        }
        return free;
    }

    @Override
    public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
        FanOutTable.Described fanOut = fanOuts.described(id).orElse(null);
        if (fanOut == null) {
            return Optional.empty();
        }
        if (shard < 0 || shard >= fanOut.shards().size()) {
            throw new IllegalArgumentException(
                    "fan-out " + id + " has shards 0 to " + (fanOut.shards().size() - 1) + ", asked for " + shard);
        }
        if (fanOut.head().ended()) {
            return Optional.empty();
        }
        try {
            return shards.acquire(id, fanOut.head(), shard, fanOut.shards().get(shard), owner, ttl);
        } catch (ProgressCorruptException e) {
            quarantine.note(id, shard, e);
            throw e;
        }
    }

    @Override
    public void renew(ShardLease lease, Duration ttl) {
        shards.renew(lease, ttl);
    }

    @Override
    public void release(ShardLease lease) {
        shards.release(lease, true);
    }

    @Override
    public void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor) {
        shards.openPage(lease, number, rows, cursor);
    }

    @Override
    public void intend(ShardLease lease, int page, BitSet rows) {
        shards.intend(lease, page, rows);
    }

    @Override
    public void mark(ShardLease lease, List<Mark> marks) {
        shards.mark(lease, marks);
    }

    @Override
    public void closePage(ShardLease lease, int page) {
        shards.closePage(lease, page);
    }

    @Override
    public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
        return shards.parked(lease, all, limit);
    }

    @Override
    public void addPossibleDuplicates(ShardLease lease, long more) {
        shards.addPossibleDuplicates(lease, more);
    }

    @Override
    public void endShard(ShardLease lease, ShardEnd end, @Nullable String reason) {
        shards.end(lease, end, reason);
        fanOuts.look(lease.fanOut())
                .filter(head -> allEnded(lease.fanOut(), head))
                .ifPresent(head -> end(lease.fanOut(), head));
    }

    /** Does nothing: the connections are not its own, and what is kept can still be asked for. */
    @Override
    public void close() {
        // Nothing was opened.
    }

    /** Most fan-outs that have not ended show it soon. */
    private boolean allEnded(FanOutId id, FanOutHead head) {
        for (int from = 0; from < head.shards(); from += SHARDS_TOGETHER) {
            List<Integer> some = IntStream.range(from, Math.min(from + SHARDS_TOGETHER, head.shards()))
                    .boxed()
                    .toList();
            for (ProgressLink.Reply<ShardLook> reply :
                    shards.look(id, head, some).values()) {
                if (reply.isCorrupt() || reply.get().end() == null) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The fan-out is the first to know its end, the list the last: until it knows, whoever looks for work does it again. */
    private void end(FanOutId id, FanOutHead head) {
        fanOuts.end(id, head);
        shards.expire(id, head, SHARDS_KEPT);
        fanOuts.unlist(id);
    }

    private static List<Integer> allShards(FanOutHead head) {
        return IntStream.range(0, head.shards()).boxed().toList();
    }
}
