package dev.notifykit.limit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The generic cell rate algorithm: evenly spread permits with a small burst, in one number. In any time it gives at most the rate times that time,
 * {@link #BURST} more, and one. Whoever keeps a rate, in memory or in a script, computes this. Not thread-safe.
 */
public final class Gcra {

    /** A tenth of a second's permits may come at once, so that a timer that is late costs no rate. */
    public static final Duration BURST = Duration.ofMillis(100);

    private static final double BURST_NANOS = BURST.toNanos();

    private double intervalNanos;
    private double theoreticalArrival;
    private boolean started;

    /**
     * Full of permits.
     *
     * @param ratePerSecond permits per second, more than 0
     */
    public Gcra(double ratePerSecond) {
        rate(ratePerSecond);
    }

    /**
     * Changes the rate, for what comes from now on.
     *
     * @param ratePerSecond permits per second, more than 0
     */
    public void rate(double ratePerSecond) {
        intervalNanos = TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
    }

    /**
     * Whether a permit is there.
     *
     * @param now a monotonic reading
     * @return 0, or the nanoseconds until there is one
     */
    public long waitNanos(long now) {
        return Math.max(0, (long) Math.ceil(arrival(now) - BURST_NANOS - (double) now));
    }

    /**
     * Takes what is there.
     *
     * @param most how many at most
     * @param now a monotonic reading
     * @return how many were there, up to that
     */
    public int take(int most, long now) {
        double from = Math.max(arrival(now), (double) now);
        double room = (double) now + BURST_NANOS - from;
        if (room < 0 || most <= 0) {
            return 0;
        }
        int taken = (int) Math.min(most, Math.floor(room / intervalNanos) + 1);
        theoreticalArrival = from + taken * intervalNanos;
        started = true;
        return taken;
    }

    /** Gives one back that was taken and not used. */
    public void giveBack() {
        theoreticalArrival -= intervalNanos;
    }

    /** Further ahead it can only be by another rate, or another clock: nobody waits longer for one permit than the rate says. */
    private double arrival(long now) {
        theoreticalArrival =
                started ? Math.min(theoreticalArrival, (double) now + BURST_NANOS + intervalNanos) : (double) now;
        return theoreticalArrival;
    }
}
