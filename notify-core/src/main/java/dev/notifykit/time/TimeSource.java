package dev.notifykit.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one client: a wall reading for what is compared with the outside world, a monotonic reading for what is measured, and
 * timers. Tests replace it by {@code ManualTime}, which fires what is due when time is moved.
 *
 * <p>Thread-safe. Closed by the client it was made for.
 */
public interface TimeSource extends AutoCloseable {

    /**
     * The wall clock; it may jump.
     *
     * @return now
     */
    Instant now();

    /**
     * The monotonic clock; only differences mean anything.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long nanoTime();

    /**
     * Runs a task once, later. Tasks share one thread: they must be short and must not block.
     *
     * @param task what to run
     * @param delay how long to wait at least; zero or less means as soon as possible
     * @return a handle to call it off
     */
    Timer schedule(Runnable task, Duration delay);

    /** Stops the timers; tasks that are not yet due never run. Idempotent. */
    @Override
    void close();

    /**
     * The machine's own clock, with one daemon thread for the timers.
     *
     * @return a new time source, to be closed
     */
    static TimeSource system() {
        return new SystemTime();
    }

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {

        /** Calls the task off; without effect once it has begun. */
        void cancel();
    }
}
