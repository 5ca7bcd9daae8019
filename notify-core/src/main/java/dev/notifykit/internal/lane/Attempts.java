package dev.notifykit.internal.lane;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of a lane that have no answer, in the order in which their time ends. Belongs to the lane's actor. */
final class Attempts {

    private final long timeoutNanos;
    private final ArrayDeque<Attempt> begun = new ArrayDeque<>();
    private int open;

    Attempts(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    void add(Attempt attempt) {
        begun.add(attempt);
        open++;
    }

    /** It has its answer, which gives its permit back; false: it had ended before. */
    boolean end(Attempt attempt) {
        if (attempt.done) {
            return false;
        }
        attempt.done = true;
        open--;
        dropDone();
        return true;
    }

    private void dropDone() {
        while (!begun.isEmpty() && begun.peek().done) {
            begun.remove();
        }
    }

    /** How many have no answer. */
    int open() {
        return open;
    }

    /** The first one, if its time has ended. */
    @Nullable
    Attempt overdue(long now) {
        Attempt first = begun.peek();
        return first != null && first.begunNanos + timeoutNanos - now <= 0 ? first : null;
    }

    /** When the first one's time ends. */
    long nextOverdueIn(long now) {
        Attempt first = begun.peek();
        return first == null ? Long.MAX_VALUE : first.begunNanos + timeoutNanos - now;
    }

    /** Gives all of them up. */
    List<Attempt> endAll() {
        List<Attempt> ended = begun.stream().filter(attempt -> !attempt.done).toList();
        ended.forEach(this::end);
        return ended;
    }
}
