package dev.notifykit.internal.queue;

import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneLimits;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A lane as the queue uses it. It counts what all partitions of this instance have taken for it, so that no more is taken than the lane soon
 * has permits for: what is taken is in doubt when the instance dies. Thread-safe.
 */
final class WorkLane {

    /** In flight, and as many again, so that a permit that is given back finds work; beyond it they only wait. */
    private static final int PER_PERMIT = 2;

    private static final int MOST = 4_000;

    private final Lane lane;
    private final int most;
    private final long attemptTimeoutNanos;
    private final AtomicInteger held = new AtomicInteger();

    WorkLane(Lane lane, LaneLimits limits) {
        this.lane = lane;
        int permits = (int) Math.min(MOST, (long) PER_PERMIT * lane.state().maxInFlight());
        double aSecondsWorth = Math.ceil(lane.ratePerSecond());
        most = (int) Math.max(1, Math.min(permits, aSecondsWorth));
        attemptTimeoutNanos = limits.attemptTimeout().toNanos();
    }

    Lane lane() {
        return lane;
    }

    long attemptTimeoutNanos() {
        return attemptTimeoutNanos;
    }

    /** How many deliveries this instance takes for it, about. */
    int most() {
        return most;
    }

    /**
     * How many more a partition may take.
     *
     * @param mine how many it has
     * @param owned how many partitions share the lane: each may have its part even while another has taken too much
     */
    int room(int mine, int owned, long now) {
        int room = Math.max(most - held.get(), Math.max(1, most / owned) - mine);
        if (lane.sender().pausedFor() == null) {
            return Math.max(0, room);
        }
        // Somebody must make the probe, and the others would only come back.
        return lane.sender().untilProbe(now) == 0 && mine == 0 ? 1 : 0;
    }

    void taken() {
        held.incrementAndGet();
    }

    void gone() {
        held.decrementAndGet();
    }
}
