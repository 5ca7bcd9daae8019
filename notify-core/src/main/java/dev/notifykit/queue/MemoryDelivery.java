package dev.notifykit.queue;

import dev.notifykit.dedup.MessageClaims.Holding;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.result.SendResult;
import org.jspecify.annotations.Nullable;

/** A delivery that is here and is no letter. Guarded by the queue's lock. */
final class MemoryDelivery {

    private final @Nullable MemoryMessage message;
    private final TargetDigest target;
    private final long bytes;
    private Delivery delivery;
    private int starts;
    private boolean alone;
    private boolean diedAlone;
    private boolean inherited;

    /**
     * One that was not started.
     *
     * @param message the message it belongs to; null for what has no claim
     */
    MemoryDelivery(@Nullable MemoryMessage message, Delivery delivery) {
        this.message = message;
        this.delivery = delivery;
        target = TargetDigest.of(delivery.request().target());
        bytes = Footprint.of(delivery.request());
    }

    Delivery delivery() {
        return delivery;
    }

    @Nullable
    MemoryMessage message() {
        return message;
    }

    long bytes() {
        return bytes;
    }

    /** Whether it is to be made; false: its target has its end already. */
    boolean opens() {
        return message == null || message.opens(target);
    }

    /** It was started under a lease that is over. */
    void inherit() {
        inherited = true;
    }

    boolean inherited() {
        return inherited;
    }

    Started start() {
        starts++;
        if (inherited) {
            inherited = false;
            diedAlone |= alone;
            alone = false;
        }
        Holding holding = message == null ? Holding.NEW : message.holding();
        return new Started(delivery, starts, diedAlone, holding == Holding.SUPERSEDED, holding == Holding.CORRECTION);
    }

    void runsAlone() {
        alone = true;
    }

    void park(Settlement.Parked parked) {
        inherited = false;
        alone = false;
        delivery = parked.delivery();
        if (parked.attempted()) {
            starts = 0;
            diedAlone = false;
        } else {
            starts--;
        }
    }

    /** What counts of it in the end. */
    SendResult.Kind end(Settlement.Ended ended) {
        if (message != null) {
            message.ended(target, ended.said());
        }
        return ended.result().kind();
    }

    void die() {
        if (message != null) {
            message.died(target);
        }
    }
}
