package dev.notifykit.fanout;

import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.result.SendResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One fan-out in memory. Its monitor guards what concerns it as a whole; each shard has its own, and no thread ever holds two of them.
 */
final class MemoryFanOut {

    private final FanOutSpec spec;
    private final List<MemoryShard> shards = new ArrayList<>();
    private final @Nullable Long estimated;
    private final long order;
    private Command wanted = Command.RESUME;
    private @Nullable String waitingFor;
    private @Nullable Long endedAt;

    MemoryFanOut(FanOutSpec spec, List<String> descriptions, OptionalLong estimatedTotal, long order) {
        this.spec = spec;
        this.order = order;
        estimated = estimatedTotal.isPresent() ? estimatedTotal.getAsLong() : null;
        for (int i = 0; i < descriptions.size(); i++) {
            shards.add(new MemoryShard(spec.id(), i, descriptions.get(i)));
        }
    }

    FanOutSpec spec() {
        return spec;
    }

    long order() {
        return order;
    }

    MemoryShard shard(int number) {
        if (number < 0 || number >= shards.size()) {
            throw new IllegalArgumentException(
                    "fan-out " + spec.id() + " has shards 0 to " + (shards.size() - 1) + ", asked for " + number);
        }
        return shards.get(number);
    }

    List<Integer> freeShards(long now) {
        return shards.stream()
                .filter(shard -> shard.isFree(now))
                .map(MemoryShard::number)
                .toList();
    }

    synchronized void command(Command command) {
        if (wanted != Command.CANCEL && endedAt == null) {
            wanted = command;
        }
    }

    synchronized Command wanted() {
        return wanted;
    }

    synchronized void waiting(@Nullable String reason) {
        waitingFor = reason;
    }

    synchronized boolean hasEnded() {
        return endedAt != null;
    }

    synchronized boolean isForgotten(long now) {
        return endedAt != null && now - endedAt >= ProgressStore.KEPT_AFTER_END.toNanos();
    }

    void noteEnd(long now) {
        if (shards.stream().allMatch(shard -> shard.snapshot().end() != null)) {
            synchronized (this) {
                endedAt = endedAt == null ? Long.valueOf(now) : endedAt;
            }
        }
    }

    FanOutProgress progress() {
        Map<SendResult.Kind, Long> results = new EnumMap<>(SendResult.Kind.class);
        long recipients = 0;
        long open = 0;
        long parked = 0;
        long possibleDuplicates = 0;
        boolean readToEnd = true;
        List<MemoryShard.Snapshot> all =
                shards.stream().map(MemoryShard::snapshot).toList();
        for (MemoryShard.Snapshot shard : all) {
            recipients += shard.recipients();
            open += shard.open();
            parked += shard.parked();
            possibleDuplicates += shard.possibleDuplicates();
            readToEnd &= shard.readToEnd() || shard.end() != null;
            shard.results().forEach((kind, count) -> results.merge(kind, count, Long::sum));
        }
        FanOutState state = state(all);
        return new FanOutProgress(
                spec.id(),
                state,
                reason(state, all),
                recipients,
                results,
                open,
                parked,
                readToEnd,
                estimated,
                possibleDuplicates,
                0);
    }

    private synchronized FanOutState state(List<MemoryShard.Snapshot> all) {
        if (all.stream().allMatch(shard -> shard.end() != null)) {
            if (all.stream().anyMatch(shard -> shard.end() == ShardEnd.FAILED)) {
                return FanOutState.FAILED;
            }
            return all.stream().anyMatch(shard -> shard.end() == ShardEnd.CANCELLED)
                    ? FanOutState.CANCELLED
                    : FanOutState.COMPLETED;
        }
        if (wanted == Command.PAUSE) {
            return FanOutState.PAUSED;
        }
        return waitingFor == null ? FanOutState.RUNNING : FanOutState.WAITING;
    }

    private synchronized @Nullable String reason(FanOutState state, List<MemoryShard.Snapshot> all) {
        return switch (state) {
            case WAITING -> waitingFor;
            case FAILED ->
                all.stream()
                        .filter(shard -> shard.end() == ShardEnd.FAILED)
                        .map(MemoryShard.Snapshot::endReason)
                        .findFirst()
                        .orElse(null);
            case RUNNING, PAUSED, COMPLETED, CANCELLED -> null;
        };
    }
}
