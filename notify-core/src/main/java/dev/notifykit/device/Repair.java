package dev.notifykit.device;

import org.jspecify.annotations.Nullable;

/**
 * One step of a search for what dangles: entries that point to what is no more, as a crash between two writes can leave them. They are
 * skipped wherever they are met and harm nobody; a repair gives their memory back. A step looks at {@code limit} entries at most, so that it
 * holds nobody up; {@link #from} makes the next one. Immutable.
 *
 * @param dryRun whether they are only counted
 * @param cursor where the step before ended; null at the start
 * @param limit how many entries the step looks at; from 1 to {@value #MAX_LIMIT}
 */
public record Repair(boolean dryRun, @Nullable String cursor, int limit) {

    /** Some tens of milliseconds of a store's time. */
    public static final int MAX_LIMIT = 1_000;

    /** Checks the limit. */
    public Repair {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "a step of a repair looks at 1 to " + MAX_LIMIT + " entries, not " + limit);
        }
    }

    /**
     * The first step of a repair that removes.
     *
     * @return a step of {@value #MAX_LIMIT} entries
     */
    public static Repair removing() {
        return new Repair(false, null, MAX_LIMIT);
    }

    /**
     * The first step of a repair that only counts.
     *
     * @return a step of {@value #MAX_LIMIT} entries
     */
    public static Repair counting() {
        return new Repair(true, null, MAX_LIMIT);
    }

    /**
     * The same with another limit.
     *
     * @param value how many entries a step looks at
     * @return a new step
     */
    public Repair limit(int value) {
        return new Repair(dryRun, cursor, value);
    }

    /**
     * The next step.
     *
     * @param next {@link RepairReport#next()} of the step before
     * @return a new step
     */
    public Repair from(String next) {
        return new Repair(dryRun, next, limit);
    }
}
