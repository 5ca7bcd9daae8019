package dev.notifykit.apns;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Retry-After}: seconds, or a date of RFC 9110. What is neither counts as absent. What is too long is decided by whoever
 * retries; here it only must not overflow.
 */
final class RetryAfter {

    /** About 31 years: fits into a {@code long} of nanoseconds. */
    static final Duration LONGEST = Duration.ofSeconds(1_000_000_000L);

    private static final int LONGEST_TEXT = 64;
    private static final int LONGEST_NUMBER = 10;

    private RetryAfter() {}

    static @Nullable Duration read(@Nullable String header, InstantSource clock) {
        String text = header == null ? "" : header.strip();
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            return null;
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > LONGEST_NUMBER ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            ZonedDateTime then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return bounded(Duration.between(clock.instant(), then.toInstant()));
        } catch (DateTimeParseException neither) {
            return null;
        }
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
