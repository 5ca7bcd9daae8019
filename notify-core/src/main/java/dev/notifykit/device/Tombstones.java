package dev.notifykit.device;

import dev.notifykit.push.Target;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The dead tokens, each until its time is over; those that end first come first. Guarded by its store's lock. */
final class Tombstones {

    private final Map<Target, Tombstone> byTarget = new LinkedHashMap<>();
    private final int max;
    private final long ttlNanos;

    private record Tombstone(Instant deadSince, long endsAt) {}

    Tombstones(int max, long ttlNanos) {
        this.max = max;
        this.ttlNanos = ttlNanos;
    }

    @Nullable
    Instant deadSince(Target target, long now) {
        Tombstone tombstone = byTarget.get(target);
        return tombstone == null || now - tombstone.endsAt >= 0 ? null : tombstone.deadSince;
    }

    /**
     * When there are too many, the one that would end first makes place. The loss is harmless: its device is gone, and whoever still
     * sends to the token is told again that it is dead.
     */
    void put(Target target, Instant deadSince, long now) {
        Instant before = deadSince(target, now);
        byTarget.remove(target); // to the end of the order
        byTarget.put(
                target,
                new Tombstone(before != null && before.isAfter(deadSince) ? before : deadSince, now + ttlNanos));
        Iterator<Tombstone> first = byTarget.values().iterator();
        while (makesPlace(first.next(), now)) {
            first.remove();
        }
    }

    private boolean makesPlace(Tombstone tombstone, long now) {
        return byTarget.size() > max || now - tombstone.endsAt >= 0;
    }

    void remove(Target target) {
        byTarget.remove(target);
    }
}
