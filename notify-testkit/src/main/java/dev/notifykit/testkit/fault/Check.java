package dev.notifykit.testkit.fault;

import java.time.Duration;
import java.util.Objects;

/** Arguments that make no sense are refused where they are given. */
final class Check {
    /** Longer than any test, and its nanoseconds add up without overflow. */
    private static final Duration MAX = Duration.ofDays(1);

    private Check() {}

    static void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + ": must be " + min + " to " + max + ", not " + value);
        }
    }

    static long nanos(String field, Duration value, Duration min) {
        Objects.requireNonNull(value, field);
        if (value.compareTo(min) < 0 || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(field + ": must be " + min + " to " + MAX + ", not " + value);
        }
        return value.toNanos();
    }
}
