package dev.notifykit.device;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One step of a search for devices that have not been seen for long. A step looks at {@code limit} devices at most, so that it holds
 * nobody up; {@link #from} makes the next one. Immutable.
 *
 * @param lastSeenBefore who was last seen earlier than this is stale; who was seen at that very time is not. To the millisecond
 * @param dryRun whether they are only counted
 * @param cursor where the step before ended; null at the start
 * @param limit how many devices the step looks at, stale or not; positive
 */
public record StaleSweep(
        Instant lastSeenBefore, boolean dryRun, @Nullable String cursor, int limit) {

    /** Some milliseconds of a store's time. */
    public static final int DEFAULT_LIMIT = 1_000;

    /** Checks the limit. */
    public StaleSweep {
        lastSeenBefore = lastSeenBefore.truncatedTo(ChronoUnit.MILLIS);
        if (limit < 1) {
            throw new IllegalArgumentException("a sweep's limit must be positive, is " + limit);
        }
    }

    /**
     * The first step of a sweep that removes. FCM advises a month without a sign of life
     * (<a href="https://firebase.google.com/docs/cloud-messaging/manage-tokens">manage tokens</a>); after 270 days it lets tokens expire itself.
     *
     * @param lastSeenBefore who was last seen earlier than this is stale
     * @return a step of {@value #DEFAULT_LIMIT} devices
     */
    public static StaleSweep removing(Instant lastSeenBefore) {
        return new StaleSweep(lastSeenBefore, false, null, DEFAULT_LIMIT);
    }

    /**
     * The first step of a sweep that only counts.
     *
     * @param lastSeenBefore who was last seen earlier than this is stale
     * @return a step of {@value #DEFAULT_LIMIT} devices
     */
    public static StaleSweep counting(Instant lastSeenBefore) {
        return new StaleSweep(lastSeenBefore, true, null, DEFAULT_LIMIT);
    }

    /**
     * The same with another limit.
     *
     * @param value how many devices a step looks at; positive
     * @return a new step
     */
    public StaleSweep limit(int value) {
        return new StaleSweep(lastSeenBefore, dryRun, cursor, value);
    }

    /**
     * The next step.
     *
     * @param next {@link SweepReport#next()} of the step before
     * @return a new step
     */
    public StaleSweep from(String next) {
        return new StaleSweep(lastSeenBefore, dryRun, next, limit);
    }
}
