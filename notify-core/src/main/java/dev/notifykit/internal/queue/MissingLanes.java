package dev.notifykit.internal.queue;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The lanes for which something was seen here lately, and which were not registered here: what is for them waits for another instance. Thread-safe. */
final class MissingLanes {

    /** So long after it was last seen a lane is named. */
    private static final Duration LATELY = Duration.ofMinutes(10);

    private final Set<LaneKey> registered;
    private final TimeSource time;
    private final Map<LaneKey, Long> seen = new ConcurrentHashMap<>();

    MissingLanes(Set<LaneKey> registered, TimeSource time) {
        this.registered = registered;
        this.time = time;
    }

    void seen(LaneKey lane) {
        if (!registered.contains(lane)) {
            seen.put(lane, time.nanoTime());
        }
    }

    /** One line each. */
    List<String> lines() {
        long now = time.nanoTime();
        seen.values().removeIf(at -> now - at > LATELY.toNanos());
        return seen.keySet().stream()
                .map(lane -> "lane " + lane + " was not registered here, what is for it waits")
                .sorted()
                .toList();
    }
}
