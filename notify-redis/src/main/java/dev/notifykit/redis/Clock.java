package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the scripts: Redis's own, since those of the hosts may differ by minutes. Tests let time pass by shifting it, so that they
 * run the same scripts. Thread-safe.
 */
final class Clock {

    private volatile byte[] shift = number(0);
    private volatile byte[] fine = number(0);
    private Duration passed = Duration.ZERO;
    private @Nullable Duration standing;

    /** What a script adds to the time that Redis says, in milliseconds. */
    byte[] shift() {
        return shift;
    }

    /** For scripts that count microseconds: what they add to the time that Redis says, or {@code =} and the time itself. */
    byte[] fine() {
        return fine;
    }

    /** For tests: the scripts' clock goes forwards. Whatever expires by itself does so by the real clock. */
    synchronized void pass(Duration time) {
        passed = passed.plus(time);
        shift = number(passed.toMillis());
        fine = standing == null
                ? number(micros(passed))
                : ("=" + micros(standing.plus(passed))).getBytes(StandardCharsets.US_ASCII);
    }

    /** For tests: the clock of scripts that count microseconds moves by {@link #pass} only. */
    synchronized void standStill(Duration sinceEpoch) {
        standing = sinceEpoch.minus(passed);
        pass(Duration.ZERO);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
