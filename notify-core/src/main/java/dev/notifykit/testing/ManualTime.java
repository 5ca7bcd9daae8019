package dev.notifykit.testing;

import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. {@link #advance} fires what falls due, in the order of due times and, among equal
 * ones, in the order in which they were set; each task sees its own due time on the clock. Tasks run on the thread that moves the
 * clock, and what they set is fired too if it falls due on the way. A timer without delay is due at once and fires with the next
 * {@code advance}, even of zero.
 *
 * <p>Thread-safe: timers may be set and called off by any thread; one thread at a time moves the clock, and others that want to wait
 * for it. A task may move the clock itself.
 */
public final class ManualTime implements TimeSource {

    /** Where {@link #create} starts. */
    public static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

    /** Below zero on purpose: code that gives a meaning to the sign of a monotonic reading, or to 0, fails in tests. */
    private static final long ORIGIN = -Duration.ofMinutes(10).toNanos();

    /** Held while time moves, tasks included; {@code this} guards the fields below and is never held while a task runs. */
    private final ReentrantLock moving = new ReentrantLock();

    private final TreeSet<Entry> timers = new TreeSet<>();
    private Instant wallAtOrigin;
    private long elapsed;
    private long entries;
    private boolean closed;

    private ManualTime(Instant start) {
        wallAtOrigin = start;
    }

    /**
     * A clock that stands at {@link #DEFAULT_START}.
     *
     * @return a new clock
     */
    public static ManualTime create() {
        return new ManualTime(DEFAULT_START);
    }

    /**
     * A clock that stands at a given time.
     *
     * @param start what {@link #now()} says until time is moved
     * @return a new clock
     */
    public static ManualTime startAt(Instant start) {
        return new ManualTime(start);
    }

    @Override
    public synchronized Instant now() {
        return wallAtOrigin.plusNanos(elapsed);
    }

    @Override
    public synchronized long nanoTime() {
        return ORIGIN + elapsed;
    }

    @Override
    public synchronized Timer schedule(Runnable task, Duration delay) {
        if (closed) {
            return () -> {};
        }
        Entry entry = new Entry(elapsed + Math.max(0, delay.toNanos()), entries++, task);
        timers.add(entry);
        return () -> cancel(entry);
    }

    private synchronized void cancel(Entry entry) {
        timers.remove(entry);
    }

    /**
     * Moves both clocks on and fires what falls due.
     *
     * @param by how far; zero fires what is due already
     * @throws IllegalArgumentException when it is negative
     * @throws RuntimeException the first that a task threw, after all others have been fired; further ones are suppressed in it
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException(
                    "time cannot be moved by " + by + "; jumpWall moves the wall clock alone");
        }
        moving.lock();
        try {
            fireUntil(nowPlus(by));
        } finally {
            moving.unlock();
        }
    }

    /**
     * Moves both clocks on to the next timer and fires it, with all others of the same due time.
     *
     * @return false when there was none, and time stands where it stood
     * @throws RuntimeException as {@link #advance} does
     */
    public boolean advanceToNext() {
        moving.lock();
        try {
            Entry next = first();
            if (next == null) {
                return false;
            }
            fireUntil(next.due);
            return true;
        } finally {
            moving.unlock();
        }
    }

    /**
     * Moves the wall clock alone, as an administrator or a time server does; no timer notices.
     *
     * @param by how far; negative moves it back
     */
    public synchronized void jumpWall(Duration by) {
        wallAtOrigin = wallAtOrigin.plus(by);
    }

    /**
     * How many timers wait.
     *
     * @return those that were neither fired nor called off
     */
    public synchronized int pendingTimers() {
        return timers.size();
    }

    /** Forgets the timers; readings go on. */
    @Override
    public synchronized void close() {
        closed = true;
        timers.clear();
    }

    @SuppressWarnings("ReferenceEquality") // an exception cannot be suppressed in itself
    private void fireUntil(long target) {
        @Nullable Throwable failure = null;
        for (Entry entry = takeDue(target); entry != null; entry = takeDue(target)) {
            try {
                entry.task.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        reach(target);
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private synchronized @Nullable Entry takeDue(long target) {
        if (timers.isEmpty() || timers.first().due > target) {
            return null;
        }
        Entry entry = timers.first();
        timers.remove(entry);
        reach(entry.due);
        return entry;
    }

    private synchronized void reach(long target) {
        elapsed = Math.max(elapsed, target); // a task may have moved time further itself
    }

    private synchronized long nowPlus(Duration by) {
        return elapsed + by.toNanos();
    }

    private synchronized @Nullable Entry first() {
        return timers.isEmpty() ? null : timers.first();
    }

    @Override
    public String toString() {
        return "ManualTime[" + now() + ", " + pendingTimers() + " timers]";
    }

    private record Entry(long due, long order, Runnable task) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int byDue = Long.compare(due, other.due);
            return byDue != 0 ? byDue : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Entry e && order == e.order;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }
}
