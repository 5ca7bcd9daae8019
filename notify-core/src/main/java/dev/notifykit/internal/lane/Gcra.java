package dev.notifykit.internal.lane;

import java.util.concurrent.TimeUnit;

/**
 * The generic cell rate algorithm: evenly spread permits with a small burst, in one number. Not thread-safe. The script that
 * shares a rate over many instances computes the same.
 */
final class Gcra {

    /** A tenth of a second's permits may come at once, so that a timer that is late costs no rate. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final double intervalNanos;
    private double theoreticalArrival;
    private boolean started;

    /**
     * Full of permits.
     *
     * @param ratePerSecond permits per second; 0 means no limit
     */
    Gcra(double ratePerSecond) {
        intervalNanos = ratePerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
    }

    /**
     * Whether a permit is there.
     *
     * @param now a monotonic reading
     * @return 0, or the nanoseconds until there is one
     */
    long waitNanos(long now) {
        if (intervalNanos == 0 || !started) {
            return 0;
        }
        double allowedAt = theoreticalArrival - BURST_NANOS;
        return Math.max(0, (long) Math.ceil(allowedAt - (double) now));
    }

    /**
     * Takes a permit that is there.
     *
     * @param now a monotonic reading
     */
    void take(long now) {
        if (intervalNanos == 0) {
            return;
        }
        theoreticalArrival = (started ? Math.max(theoreticalArrival, (double) now) : (double) now) + intervalNanos;
        started = true;
    }
}
