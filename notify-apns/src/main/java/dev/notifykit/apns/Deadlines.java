package dev.notifykit.apns;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends what has waited too long. All entries wait equally long, so they form one queue in the order of their deadlines: a coarse timer
 * looks at its head only, and an entry that ends in time unlinks itself, which costs tens of nanoseconds and leaves no garbage behind.
 * Thread-safe.
 */
final class Deadlines {

    /** An entry; it is in at most one queue, once. */
    abstract static class Entry {
        private @Nullable Entry before;
        private @Nullable Entry after;
        private long deadlineNanos;
        private boolean linked;

        /** Called once, by the timer's thread, unless the entry was removed in time. */
        abstract void timedOut();
    }

    private final long timeoutNanos;
    private final LongSupplier nanoTime;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;
    private boolean sealed;

    Deadlines(long timeoutNanos, LongSupplier nanoTime) {
        this.timeoutNanos = timeoutNanos;
        this.nanoTime = nanoTime;
    }

    /**
     * Starts an entry's time.
     *
     * @return false when the queue was sealed: nobody would end the entry
     */
    synchronized boolean add(Entry entry) {
        if (sealed) {
            return false;
        }
        // Read under the lock, so that the order of the queue is the order of the deadlines.
        entry.deadlineNanos = nanoTime.getAsLong() + timeoutNanos;
        entry.linked = true;
        entry.before = last;
        if (last == null) {
            first = entry;
        } else {
            last.after = entry;
        }
        last = entry;
        size++;
        return true;
    }

    /** Ends an entry's time; nothing happens when it has ended already. */
    synchronized void remove(Entry entry) {
        if (!entry.linked) {
            return;
        }
        entry.linked = false;
        Entry before = entry.before;
        Entry after = entry.after;
        entry.before = null;
        entry.after = null;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        size--;
    }

    /** Tells every entry whose time is over. */
    void expire() {
        for (Entry entry = next(); entry != null; entry = next()) {
            entry.timedOut();
        }
    }

    private synchronized @Nullable Entry next() {
        Entry head = first;
        if (head == null || head.deadlineNanos - nanoTime.getAsLong() > 0) {
            return null;
        }
        remove(head);
        return head;
    }

    synchronized int size() {
        return size;
    }

    /**
     * Closes an empty queue for good.
     *
     * @return whether it is sealed
     */
    synchronized boolean sealIfEmpty() {
        sealed |= first == null;
        return sealed;
    }
}
