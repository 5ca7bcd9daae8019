package dev.notifykit.push;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP's header {@code Retry-After}, for providers that speak HTTP: {@link PushResponse.Throttled} and {@link PushResponse.Unavailable} carry
 * what it says. A retry policy decides what is too long. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, 10.2.3</a>
 */
public final class RetryAfter {

    /** What a longer wait is read as, about 31 years: it fits into a {@code long} of nanoseconds. */
    public static final Duration LONGEST = Duration.ofSeconds(1_000_000_000L);

    private static final int LONGEST_TEXT = 64;
    private static final int LONGEST_NUMBER = 10;

    private RetryAfter() {}

    /**
     * How long to wait.
     *
     * @param header seconds, or a date; null where there is none
     * @param clock what a date is held against
     * @return 0 to {@link #LONGEST}; null for a header that is neither, or absent
     */
    public static @Nullable Duration read(@Nullable String header, InstantSource clock) {
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
