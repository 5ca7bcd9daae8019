package dev.notifykit.redis;

import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many changes of a shard its owner knows of. Scripts are shown it beside the fence: a Redis that knows of fewer was rolled back, and answers {@code
 * FENCED}. One entry for each shard that this instance holds, and for those it lost without hearing of it. Thread-safe.
 */
final class ShardSteps {

    private record Place(FanOutId fanOut, int shard) {}

    private record Known(String fence, long steps) {}

    private final Map<Place, Known> byPlace = new ConcurrentHashMap<>();

    void begin(ShardLease lease) {
        byPlace.put(place(lease), new Known(lease.fence(), 0));
    }

    /** What is shown to scripts. */
    String shown(ShardLease lease) {
        Known known = byPlace.get(place(lease));
        return known == null || known.steps() == 0 || !known.fence().equals(lease.fence())
                ? lease.fence()
                : lease.fence() + " " + known.steps();
    }

    /** A script has answered how many there are now; answers to calls that were made at the same time may come in any order. */
    void made(ShardLease lease, long now) {
        byPlace.computeIfPresent(
                place(lease),
                (place, known) -> known.fence().equals(lease.fence())
                        ? new Known(known.fence(), Math.max(known.steps(), now))
                        : known);
    }

    /** The lease is over. */
    void end(ShardLease lease) {
        byPlace.computeIfPresent(place(lease), (place, known) -> known.fence().equals(lease.fence()) ? null : known);
    }

    private static Place place(ShardLease lease) {
        return new Place(lease.fanOut(), lease.shard());
    }
}
