package dev.notifykit.internal.work;

import java.time.Duration;

/**
 * How long to wait before the host's own code (its audience, its sink) is called again after a failure: from a second, doubling, up to
 * half a minute. Used by one call at a time.
 */
public final class HostBackoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(30);

    private Duration next = FIRST;

    /**
     * The wait after one more failure.
     *
     * @return how long
     */
    public Duration afterFailure() {
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(MOST) > 0 ? MOST : doubled;
        return wait;
    }

    /** The next failure is a first one. */
    public void succeeded() {
        next = FIRST;
    }
}
