package dev.notifykit.queue;

import dev.notifykit.push.RequestId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a delivery that could not be made. Immutable.
 *
 * @param id where it lies
 * @param why why it is here
 * @param delivery what was to be sent; null when it could not be read
 * @param lastReason what the provider said last, in its own words, cut after {@value #MAX_REASON_LENGTH} characters; null when it said nothing
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

    /** Longer than any reason a vendor gives; a page of HTML from something in between does not fill a store. */
    public static final int MAX_REASON_LENGTH = 1_000;

    /** Checks that nothing is missing. */
    public DeadLetter {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(at, "at");
        if (lastReason != null && lastReason.length() > MAX_REASON_LENGTH) {
            lastReason = lastReason.substring(0, MAX_REASON_LENGTH);
        }
    }

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

        /**
         * The letter of a request.
         *
         * @param request the request's id
         * @return its letter's
         */
        public static Id of(RequestId request) {
            return new Id(request.toString());
        }

        @Override
        public String toString() {
            return value;
        }
    }
}
