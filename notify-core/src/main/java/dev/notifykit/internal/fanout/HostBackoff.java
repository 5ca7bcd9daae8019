package dev.notifykit.internal.fanout;

import java.time.Duration;

/**
 * How long to wait before the host's own code (its audience, its sink) is called again after a failure: from a second, doubling, up to
 * half a minute. Used by one call at a time.
 */
final class HostBackoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(30);

    private Duration next = FIRST;

    /** The wait after one more failure. */
    Duration afterFailure() {
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(MOST) > 0 ? MOST : doubled;
        return wait;
    }

    void succeeded() {
        next = FIRST;
    }
}
