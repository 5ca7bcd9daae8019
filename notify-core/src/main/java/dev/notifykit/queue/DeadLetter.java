package dev.notifykit.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a delivery that could not be made. Immutable.
 *
 * @param id where it lies
 * @param why why it is here
 * @param delivery what was to be sent; null when it could not be read
 * @param lastReason what the provider said last, in its own words; null when it said nothing
 * @param attempts how many attempts were made
 * @param at when it died, by the clock of whoever gave it up
 */
public record DeadLetter(
        Id id,
        Why why,
        @Nullable Delivery delivery,
        @Nullable String lastReason,
        int attempts,
        Instant at) {

    /** Why a delivery is a dead letter. */
    public enum Why {
        /** All attempts were made. */
        ATTEMPTS,
        /** The total deadline has passed. */
        DEADLINE,
        /** The process died with it, again and again. */
        POISON,
        /** What is stored cannot be read. */
        CORRUPT
    }

    /**
     * Names a letter. Immutable.
     *
     * @param value the request's id; of what could not be read, whatever the store calls it
     */
    public record Id(String value) {
        @Override
        public String toString() {
            return value;
        }
    }
}
