package dev.notifykit.internal.lane;

import java.util.concurrent.TimeUnit;

/**
 * Limits retries of answered 429 and 5xx to a share of first attempts, and to a small rate in any case. Exhausted means later, never
 * an end. Not thread-safe.
 */
final class RetryBudget {

    /** What first attempts have paid in is kept up to this: enough for a burst, too little for a storm. */
    private static final double MOST_EARNED = 1_000;

    private final double share;
    private final int perSecond;
    private double earned;
    private double granted;
    private long lastNanos;

    RetryBudget(double share, int perSecond, long now) {
        this.share = share;
        this.perSecond = perSecond;
        granted = perSecond;
        lastNanos = now;
    }

    /** A first attempt pays in. */
    void firstAttempt() {
        earned = Math.min(MOST_EARNED, earned + share);
    }

    /**
     * A retry draws, if it can.
     *
     * @param now a monotonic reading
     * @return whether it may go
     */
    boolean draw(long now) {
        granted = Math.min(perSecond, granted + (now - lastNanos) * (double) perSecond / TimeUnit.SECONDS.toNanos(1));
        lastNanos = now;
        if (earned >= 1) {
            earned--;
            return true;
        }
        if (granted >= 1) {
            granted--;
            return true;
        }
        return false;
    }
}
