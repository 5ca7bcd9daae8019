package dev.notifykit.internal.fanout;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** Results per second over the last few seconds, from readings of a counter. Thread-safe. */
final class RateMeter {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private record Reading(long nanos, long count) {}

    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    /** Notes a reading and answers the rate up to it. */
    synchronized double read(long nanos, long count) {
        Reading last = readings.peekLast();
        if (last == null || nanos - last.nanos() >= SPACING_NANOS) {
            readings.add(new Reading(nanos, count));
        }
        while (readings.size() > 1 && nanos - readings.getFirst().nanos() > WINDOW_NANOS) {
            readings.removeFirst();
        }
        Reading first = readings.getFirst();
        long elapsed = nanos - first.nanos();
        return elapsed <= 0 ? 0 : (double) (count - first.count()) * TimeUnit.SECONDS.toNanos(1) / elapsed;
    }
}
