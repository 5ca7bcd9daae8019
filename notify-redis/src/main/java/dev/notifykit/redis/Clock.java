package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The clock of the scripts: Redis's own, since those of the hosts may differ by minutes. Tests let time pass by shifting it, so that they
 * run the same scripts. Thread-safe.
 */
final class Clock {

    private volatile byte[] shift = millis(Duration.ZERO);
    private Duration passed = Duration.ZERO;

    /** What a script adds to the time that Redis says, in milliseconds. */
    byte[] shift() {
        return shift;
    }

    /** For tests: the scripts' clock goes forwards. Whatever expires by itself does so by the real clock. */
    synchronized void pass(Duration time) {
        passed = passed.plus(time);
        shift = millis(passed);
    }

    private static byte[] millis(Duration duration) {
        return Long.toString(duration.toMillis()).getBytes(StandardCharsets.US_ASCII);
    }
}
