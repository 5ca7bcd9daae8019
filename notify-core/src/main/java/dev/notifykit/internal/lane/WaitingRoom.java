package dev.notifykit.internal.lane;

import dev.notifykit.push.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The journeys that wait in a lane: urgent before bulk, each in order of arrival, and those whose time has not come. Not
 * thread-safe.
 */
final class WaitingRoom {

    /** Of ten turns bulk gets at least one, so that endless urgent traffic does not starve it. */
    private static final int URGENT_IN_A_ROW = 9;

    private final ArrayDeque<Journey> urgent = new ArrayDeque<>();
    private final ArrayDeque<Journey> bulk = new ArrayDeque<>();
    private final PriorityQueue<Journey> later =
            new PriorityQueue<>(Comparator.comparingLong((Journey journey) -> journey.dueNanos));
    private int urgentInARow;

    void add(Journey journey) {
        (journey.urgency() == Urgency.URGENT ? urgent : bulk).add(journey);
    }

    /** For a journey whose turn had come and that could not go. */
    void putBack(Journey journey) {
        (journey.urgency() == Urgency.URGENT ? urgent : bulk).addFirst(journey);
    }

    void addLater(Journey journey, long dueNanos) {
        journey.dueNanos = dueNanos;
        later.add(journey);
    }

    /** Moves what has become due to the end of its queue. */
    void admitDue(long now) {
        while (!later.isEmpty() && later.peek().dueNanos - now <= 0) {
            add(later.remove());
        }
    }

    @Nullable
    Journey poll() {
        boolean takeUrgent = !urgent.isEmpty() && (urgentInARow < URGENT_IN_A_ROW || bulk.isEmpty());
        if (takeUrgent) {
            urgentInARow++;
            return urgent.poll();
        }
        urgentInARow = 0;
        return bulk.poll();
    }

    boolean isEmpty() {
        return urgent.isEmpty() && bulk.isEmpty();
    }

    /** Takes out every journey, waiting or not yet due, that fits. */
    List<Journey> take(Predicate<Journey> fits) {
        List<Journey> taken = new ArrayList<>();
        for (Queue<Journey> queue : List.of(urgent, bulk, later)) {
            for (Iterator<Journey> i = queue.iterator(); i.hasNext(); ) {
                Journey journey = i.next();
                if (fits.test(journey)) {
                    i.remove();
                    taken.add(journey);
                }
            }
        }
        return taken;
    }

    /** The earliest deadline of all that wait. */
    long earliestDeadline() {
        long earliest = Long.MAX_VALUE;
        for (Queue<Journey> queue : List.of(urgent, bulk, later)) {
            for (Journey journey : queue) {
                earliest = Math.min(earliest, journey.deadlineNanos());
            }
        }
        return earliest;
    }

    /** When the first of those not yet due comes. */
    long nextDueIn(long now) {
        return later.isEmpty() ? Long.MAX_VALUE : Math.max(0, later.peek().dueNanos - now);
    }

    /** Those that could take their turn now. */
    int readyCount() {
        return urgent.size() + bulk.size();
    }

    int urgentCount() {
        return urgent.size();
    }

    int bulkCount() {
        return bulk.size();
    }

    int laterCount() {
        return later.size();
    }
}
