package dev.notifykit.queue;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages and deliveries of a partition that wait for their time. What falls due together goes in the order in which it came. Guarded by the queue's
 * lock. Instants are nanoseconds since the queue was made.
 */
final class MemorySchedule {

    /** A message or a delivery. */
    record Due(
            long at,
            long number,
            @Nullable MemoryMessage message,
            @Nullable MemoryDelivery delivery) implements Comparable<Due> {

        private static final Comparator<Due> ORDER =
                Comparator.comparingLong(Due::at).thenComparingLong(Due::number);

        @Override
        public int compareTo(Due other) {
            return ORDER.compare(this, other);
        }
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long number;

    /** Either a message or a delivery. */
    void add(long at, @Nullable MemoryMessage message, @Nullable MemoryDelivery delivery) {
        due.add(new Due(at, ++number, message, delivery));
    }

    /** Takes out the first whose time has come; null: there is none. */
    @Nullable
    Due takeDue(long now) {
        Due first = due.peek();
        return first == null || first.at() > now ? null : due.remove();
    }
}
