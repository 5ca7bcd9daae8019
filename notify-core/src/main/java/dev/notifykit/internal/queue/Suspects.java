package dev.notifykit.internal.queue;

import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Started;
import dev.notifykit.testing.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries with which owners have died again and again. One after the other runs with nothing else of this instance in a lane, and the store
 * knows: only one with which processes die then is given up. The next one begins when the store also knows what became of the one before: else that
 * one would be given up when the process dies with this one. Belongs to its partition's actor.
 */
final class Suspects {

    /** After so many starts a delivery is a suspect. */
    static final int STARTS = 3;

    /** After so many it may be poison. The last two it had for itself: one process may die of anything, even while an innocent runs alone. */
    private static final int STARTS_OF_POISON = STARTS + 2;

    /** While a suspect waits for its lane, nothing else of the queue is sent; it has to come again if that takes longer. */
    private static final Duration MOST = Duration.ofSeconds(30);

    private final QueueContext context;
    private final PartitionLease lease;
    private final Queue<DeliveryJourney> waiting = new ArrayDeque<>();
    private @Nullable DeliveryJourney asking;
    private boolean entered;
    private boolean cameBack;
    private long enteredNanos;

    Suspects(QueueContext context, PartitionLease lease) {
        this.context = context;
        this.lease = lease;
    }

    static boolean isPoison(Started started) {
        return started.diedAlone() && started.starts() > STARTS_OF_POISON;
    }

    void add(DeliveryJourney suspect) {
        waiting.add(suspect);
    }

    /** Whether there are any. */
    boolean isEmpty() {
        return waiting.isEmpty() && asking == null;
    }

    /** The suspect that may go to its lane now, with nothing else there; null: none, or not yet. */
    @Nullable
    DeliveryJourney next() {
        if (asking == null) {
            asking = waiting.poll();
        }
        DeliveryJourney suspect = asking;
        if (suspect == null || entered || !context.solo().ask(suspect)) {
            return null;
        }
        if (!context.solo().isAlone()) {
            // What waits in lanes comes back.
            context.lanes().values().forEach(lane -> lane.lane().recheck());
            return null;
        }
        context.queue().alone(lease, suspect.delivery());
        context.stages().at(Stage.NOTED_ALONE);
        entered = true;
        enteredNanos = context.time().nanoTime();
        return suspect;
    }

    /** Calls a suspect back that does not get its turn. */
    void recallOverdue() {
        DeliveryJourney suspect = asking;
        if (suspect != null && entered && !cameBack && context.time().nanoTime() - enteredNanos >= MOST.toNanos()) {
            suspect.withdraw();
            suspect.lane().lane().recheck();
        }
    }

    /** One has come back from its lane; {@link #stored} follows if it was a suspect. */
    boolean back(DeliveryJourney journey) {
        if (journey != asking) {
            return false;
        }
        cameBack = true;
        return true;
    }

    /** The store knows what became of all that has come back. */
    void stored() {
        if (cameBack) {
            clear();
        }
    }

    private void clear() {
        DeliveryJourney suspect = asking;
        if (suspect != null) {
            context.solo().over(suspect);
        }
        asking = null;
        entered = false;
        cameBack = false;
    }

    /** Gives up all that are in no lane. */
    void leave() {
        waiting.clear();
        if (!entered || cameBack) {
            clear();
        }
    }

    /** How long a suspect that was called back waits. */
    static long againNanos() {
        return MOST.toNanos();
    }
}
