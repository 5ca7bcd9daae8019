package dev.notifykit.retry;

import java.time.Duration;

/**
 * Exponential back-off with full jitter: the n-th wait is uniform between zero and {@code first × 2^(n-1)}, capped. Jitter is
 * taken after the cap, so that what waits at the cap does not come back in step. Immutable.
 *
 * @param first the upper bound of the first wait; positive
 * @param cap the upper bound of every wait; at least {@code first}
 */
record Backoff(Duration first, Duration cap) {

    /**
     * The wait before the next attempt.
     *
     * @param attempt how many attempts were made, from 1
     * @param random uniform in [0, 1)
     */
    Duration delay(int attempt, double random) {
        return Duration.ofNanos((long) (random * bound(attempt)));
    }

    long bound(int attempt) {
        long nanos = first.toNanos();
        long most = cap.toNanos();
        for (int i = 1; i < attempt && nanos < most; i++) {
            nanos = nanos > most / 2 ? most : nanos * 2;
        }
        return Math.min(nanos, most);
    }
}
