package dev.notifykit.retry;

import java.time.Duration;

/** What a {@link RetryPolicy} makes of a response. Immutable. */
public sealed interface RetryDecision {

    /** The response is the end. */
    record End() implements RetryDecision {}

    /**
     * Another attempt.
     *
     * @param delay how long to wait first
     */
    record Retry(Duration delay) implements RetryDecision {}

    /** The sender is wrong, not the request: it waits until the sender is mended, and the attempt does not count. */
    record Hold() implements RetryDecision {}

    /**
     * No further attempt.
     *
     * @param limit what ran out
     */
    record GiveUp(Limit limit) implements RetryDecision {

        /** What ran out. */
        public enum Limit {
            /** The number of attempts. */
            ATTEMPTS,
            /** The policy's total deadline. */
            DEADLINE,
            /** The request's own life: it would expire before the next attempt. */
            EXPIRY
        }
    }
}
