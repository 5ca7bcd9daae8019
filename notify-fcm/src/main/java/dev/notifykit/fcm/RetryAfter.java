package dev.notifykit.fcm;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header {@code Retry-After}: seconds, or a date of RFC 9110. What is neither counts as absent. A retry policy decides what
 * is too long; here a value is only kept from overflowing arithmetic in nanoseconds.
 */
final class RetryAfter {

    /** About 31 years: fits into a {@code long} of nanoseconds. */
    static final Duration MAX = Duration.ofSeconds(1_000_000_000L);

    private RetryAfter() {}

    static @Nullable Duration parse(@Nullable String header, InstantSource clock) {
        String text = header == null ? "" : header.strip();
        if (text.isEmpty() || text.length() > 64) {
            return null;
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > 10 ? MAX : clamp(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return clamp(Duration.between(clock.instant(), at.toInstant()));
        } catch (DateTimeParseException garbage) {
            return null;
        }
    }

    private static Duration clamp(Duration d) {
        return d.isNegative() ? Duration.ZERO : d.compareTo(MAX) > 0 ? MAX : d;
    }
}
