package dev.notifykit.internal.queue;

import dev.notifykit.time.TimeSource;
import java.time.Duration;

/** Whether a lease surely still holds: past that an heir may be at work. It is renewed at a third of its time. Read from any thread. */
final class LeaseTrust {

    private static final int RENEWALS = 3;

    /** The part of the lease that is left as margin for clocks that run apart and for the way to the provider. */
    private static final int MARGIN = 6;

    private final TimeSource time;
    private final long leaseNanos;
    private volatile long untilNanos;
    private long renewAtNanos;

    LeaseTrust(TimeSource time, Duration lease, long askedNanos) {
        this.time = time;
        leaseNanos = lease.toNanos();
        granted(askedNanos);
    }

    /**
     * It was granted or renewed.
     *
     * @param askedNanos a reading from before the store was asked
     */
    void granted(long askedNanos) {
        untilNanos = askedNanos + leaseNanos - leaseNanos / MARGIN;
        renewAtNanos = askedNanos + leaseNanos / RENEWALS;
    }

    boolean isDue() {
        return time.nanoTime() - renewAtNanos >= 0;
    }

    boolean holds() {
        return time.nanoTime() - untilNanos < 0;
    }
}
