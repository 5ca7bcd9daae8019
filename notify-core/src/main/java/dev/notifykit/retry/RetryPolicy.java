package dev.notifykit.retry;

import dev.notifykit.push.Problems;
import dev.notifykit.push.PushResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a request is tried again. Pure: it has no clock and no threads, so the same question has the same answer. Immutable, with
 * value equality.
 *
 * <p>A wait is exponential with full jitter, and never shorter than the Retry-After of the response; the jitter then comes on top,
 * so that what was throttled together does not come back together.
 */
public final class RetryPolicy {

    /** Enough to outlast a vendor's bad quarter of an hour, given the back-off. */
    public static final int DEFAULT_MAX_ATTEMPTS = 10;

    /** Google asks for exponential back-off from seconds; FCM's own floor of 10 s comes with its responses. */
    public static final Duration DEFAULT_FIRST_BACKOFF = Duration.ofSeconds(1);

    /** Google gives up at an hour, and Apple says 15 minutes after a 5xx. */
    public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofMinutes(15);

    /** Google: still failing after 60 minutes, give up. */
    public static final Duration DEFAULT_TOTAL_DEADLINE = Duration.ofHours(1);

    /** A larger Retry-After is taken as this: longer than any vendor asks for, shorter than a typing error. */
    public static final Duration DEFAULT_MAX_RETRY_AFTER = Duration.ofHours(1);

    private static final RetryPolicy DEFAULTS = builder().build();
    private static final RetryPolicy NONE = builder().maxAttempts(1).build();

    private final int maxAttempts;
    private final Backoff backoff;
    private final Duration totalDeadline;
    private final Duration maxRetryAfter;

    private RetryPolicy(Builder b) {
        maxAttempts = b.maxAttempts;
        backoff = new Backoff(b.firstBackoff, b.maxBackoff);
        totalDeadline = b.totalDeadline;
        maxRetryAfter = b.maxRetryAfter;
    }

    /**
     * Ten attempts within an hour.
     *
     * @return the policy that holds when none is set
     */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * One attempt, for a host with its own retries.
     *
     * @return the policy
     */
    public static RetryPolicy none() {
        return NONE;
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How many attempts are made at most.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * How long after its admission a request may still be tried. The time in which its sender was paused does not count.
     *
     * @return a positive duration
     */
    public Duration totalDeadline() {
        return totalDeadline;
    }

    /**
     * What a larger Retry-After is taken for.
     *
     * @return a positive duration
     */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /**
     * What follows from a response.
     *
     * @param response what the provider said
     * @param attempt how many attempts were made, this one included
     * @param elapsed since the request was admitted
     * @param remaining until it expires; null when it does not
     * @param unknown what to do when it may have been accepted
     * @param random uniform in [0, 1)
     * @return the decision
     */
    public RetryDecision decide(
            PushResponse response,
            int attempt,
            Duration elapsed,
            @Nullable Duration remaining,
            UnknownPolicy unknown,
            double random) {
        if (response instanceof PushResponse.Misconfigured) {
            return new RetryDecision.Hold();
        }
        if (!isWorthAnother(response, unknown)) {
            return new RetryDecision.End();
        }
        if (attempt >= maxAttempts) {
            return new RetryDecision.GiveUp(RetryDecision.GiveUp.Limit.ATTEMPTS);
        }
        Duration delay = backoff.delay(attempt, random);
        Duration floor = retryAfter(response);
        if (floor != null && floor.compareTo(Duration.ZERO) > 0) {
            delay = delay.plus(floor.compareTo(maxRetryAfter) > 0 ? maxRetryAfter : floor);
        }
        Duration patience = totalDeadline.minus(elapsed);
        boolean expiresFirst = remaining != null && remaining.compareTo(patience) <= 0;
        if (expiresFirst && delay.compareTo(remaining) >= 0) {
            return new RetryDecision.GiveUp(RetryDecision.GiveUp.Limit.EXPIRY);
        }
        if (delay.compareTo(patience) > 0) {
            return new RetryDecision.GiveUp(RetryDecision.GiveUp.Limit.DEADLINE);
        }
        return new RetryDecision.Retry(delay);
    }

    Backoff backoff() {
        return backoff;
    }

    private static boolean isWorthAnother(PushResponse response, UnknownPolicy unknown) {
        return response instanceof PushResponse.Throttled
                || response instanceof PushResponse.Unavailable
                || (response instanceof PushResponse.Unknown && unknown == UnknownPolicy.RETRY_COLLAPSED);
    }

    private static @Nullable Duration retryAfter(PushResponse response) {
        if (response instanceof PushResponse.Throttled throttled) {
            return throttled.retryAfter();
        }
        if (response instanceof PushResponse.Unavailable unavailable) {
            return unavailable.retryAfter();
        }
        return response instanceof PushResponse.Unknown unknown ? unknown.retryAfter() : null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RetryPolicy p
                && maxAttempts == p.maxAttempts
                && backoff.equals(p.backoff)
                && totalDeadline.equals(p.totalDeadline)
                && maxRetryAfter.equals(p.maxRetryAfter);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxAttempts, backoff, totalDeadline, maxRetryAfter);
    }

    @Override
    public String toString() {
        return "RetryPolicy[" + maxAttempts + " attempts within " + totalDeadline + ", " + backoff + "]";
    }

    /** Builds a {@link RetryPolicy}. Not thread-safe. */
    public static final class Builder {

        private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
        private Duration firstBackoff = DEFAULT_FIRST_BACKOFF;
        private Duration maxBackoff = DEFAULT_MAX_BACKOFF;
        private Duration totalDeadline = DEFAULT_TOTAL_DEADLINE;
        private Duration maxRetryAfter = DEFAULT_MAX_RETRY_AFTER;

        private Builder() {}

        /**
         * How many attempts are made at most; {@value RetryPolicy#DEFAULT_MAX_ATTEMPTS} when not set.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxAttempts(int value) {
            maxAttempts = value;
            return this;
        }

        /**
         * The upper bound of the first wait; 1 s when not set. It doubles with every attempt.
         *
         * @param value positive
         * @return this
         */
        public Builder firstBackoff(Duration value) {
            firstBackoff = value;
            return this;
        }

        /**
         * The upper bound of every wait; 15 min when not set.
         *
         * @param value at least the first back-off
         * @return this
         */
        public Builder maxBackoff(Duration value) {
            maxBackoff = value;
            return this;
        }

        /**
         * How long after its admission a request may still be tried; 1 h when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder totalDeadline(Duration value) {
            totalDeadline = value;
            return this;
        }

        /**
         * What a larger Retry-After is taken for; 1 h when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder maxRetryAfter(Duration value) {
            maxRetryAfter = value;
            return this;
        }

        /**
         * Builds the policy.
         *
         * @return the policy
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public RetryPolicy build() {
            Problems problems = new Problems("RetryPolicy");
            problems.require(
                    maxAttempts >= 1, "maxAttempts", "must be at least 1, is " + maxAttempts, "1 means no retry");
            positive(problems, "firstBackoff", firstBackoff);
            positive(problems, "maxBackoff", maxBackoff);
            positive(problems, "totalDeadline", totalDeadline);
            positive(problems, "maxRetryAfter", maxRetryAfter);
            problems.require(
                    maxBackoff == null || firstBackoff == null || maxBackoff.compareTo(firstBackoff) >= 0,
                    "maxBackoff",
                    "is " + maxBackoff + ", shorter than the first back-off of " + firstBackoff,
                    "raise it or lower firstBackoff");
            problems.throwIfAny();
            return new RetryPolicy(this);
        }

        private static void positive(Problems problems, String field, @Nullable Duration value) {
            problems.require(
                    value != null && value.compareTo(Duration.ZERO) > 0 && value.compareTo(Duration.ofDays(365)) <= 0,
                    field,
                    "must be more than zero and at most a year, is " + value,
                    "give a duration");
        }
    }
}
