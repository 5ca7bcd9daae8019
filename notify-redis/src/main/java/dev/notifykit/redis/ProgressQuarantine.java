package dev.notifykit.redis;

import dev.notifykit.push.FanOutId;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what cannot be read away from whoever looks for work, and says so in the log, once. It is read again later: a newer build may be
 * installed here, or somebody may have repaired it. Thread-safe.
 */
final class ProgressQuarantine {

    private static final Logger log = LoggerFactory.getLogger(ProgressQuarantine.class);

    /** A page that cannot be read is found by taking its shard, which should not happen at every look. */
    private static final Duration SHARD = Duration.ofMinutes(1);

    private final Map<FanOutId, String> readable = new ConcurrentHashMap<>();
    private final Map<FanOutId, String> said = new ConcurrentHashMap<>();
    private final Map<Place, Long> shards = new ConcurrentHashMap<>();

    /** A shard. */
    private record Place(FanOutId fanOut, int shard) {}

    /** A fan-out cannot be read. */
    void note(FanOutId id, @Nullable RuntimeException failure) {
        readable.remove(id);
        String message = String.valueOf(failure == null ? null : failure.getMessage());
        if (!message.equals(said.put(id, message))) {
            log.error("Nobody works on it here: {}", message);
        }
    }

    /** A shard cannot be read. */
    void note(FanOutId id, int shard, @Nullable RuntimeException failure) {
        if (shards.put(new Place(id, shard), System.nanoTime() + SHARD.toNanos()) == null) {
            log.error("Nobody works on it here: {}", failure == null ? null : failure.getMessage());
        }
    }

    boolean holds(FanOutId id, int shard) {
        Long until = shards.get(new Place(id, shard));
        return until != null && until - System.nanoTime() > 0;
    }

    /** Whether its spec can be read, which is tried once. */
    boolean isReadable(FanOutId id, FanOutHead head, FanOutTable fanOuts) {
        if (Objects.equals(readable.get(id), head.generation())) {
            return true;
        }
        try {
            boolean known = fanOuts.spec(id).isPresent();
            if (known) {
                readable.put(id, head.generation());
                said.remove(id);
            }
            return known;
        } catch (ProgressCorruptException e) {
            note(id, e);
            return false;
        }
    }

    /** Forgets what is known of the readable fan-outs, but for these. */
    void retain(Collection<FanOutId> active) {
        readable.keySet().retainAll(active);
        shards.keySet().removeIf(place -> !active.contains(place.fanOut()));
    }
}
