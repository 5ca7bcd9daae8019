package dev.notifykit.internal.work;

import dev.notifykit.time.TimeSource;
import java.time.Duration;

/** Whether a lease surely still holds: past that an heir may be at work. It is renewed at a third of its time. Read from any thread. */
public final class LeaseTrust {

    private static final int RENEWALS = 3;

    /** The part of the lease that is left as margin for clocks that run apart and for the way to the provider. */
    private static final int MARGIN = 6;

    private final TimeSource time;
    private final long leaseNanos;
    private volatile long untilNanos;
    private long renewAtNanos;

    /**
     * Just granted.
     *
     * @param time the clock
     * @param lease how long it lasts
     * @param askedNanos a reading from before the store was asked
     */
    public LeaseTrust(TimeSource time, Duration lease, long askedNanos) {
        this.time = time;
        leaseNanos = lease.toNanos();
        granted(askedNanos);
    }

    /**
     * It was granted or renewed.
     *
     * @param askedNanos a reading from before the store was asked
     */
    public void granted(long askedNanos) {
        untilNanos = askedNanos + leaseNanos - leaseNanos / MARGIN;
        renewAtNanos = askedNanos + leaseNanos / RENEWALS;
    }

    /**
     * Whether it is time to renew it. Asked by its owner's actor.
     *
     * @return true after a third of it
     */
    public boolean isDue() {
        return time.nanoTime() - renewAtNanos >= 0;
    }

    /**
     * Whether it surely still holds.
     *
     * @return false once an heir may be at work
     */
    public boolean holds() {
        return time.nanoTime() - untilNanos < 0;
    }
}
