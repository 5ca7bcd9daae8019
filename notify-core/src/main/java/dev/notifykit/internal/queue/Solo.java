package dev.notifykit.internal.queue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets one suspect of all partitions of this instance run with nothing else of the queue in a lane, so that if the process dies it was that one. Thread-safe.
 */
final class Solo {

    private final AtomicReference<@Nullable DeliveryJourney> suspect = new AtomicReference<>();
    private final AtomicInteger inLanes = new AtomicInteger();

    /** Whether the caller's suspect is the one; the others come back from their lanes. */
    boolean ask(DeliveryJourney one) {
        return suspect.compareAndSet(null, one) || suspect.get() == one;
    }

    /** Whether nothing is in a lane, and nothing comes. */
    boolean isAlone() {
        return inLanes.get() == 0;
    }

    boolean isFree() {
        return suspect.get() == null;
    }

    void over(DeliveryJourney one) {
        suspect.compareAndSet(one, null);
    }

    boolean allows(DeliveryJourney journey) {
        DeliveryJourney one = suspect.get();
        return one == null || one == journey;
    }

    /** Whether it may go to its lane; {@link #left} follows. Counted first, so that a suspect never overlooks it. */
    boolean enters(DeliveryJourney journey) {
        inLanes.incrementAndGet();
        if (allows(journey)) {
            return true;
        }
        inLanes.decrementAndGet();
        return false;
    }

    void left() {
        inLanes.decrementAndGet();
    }
}
