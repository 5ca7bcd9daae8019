package dev.notifykit.limit;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Keeps rates that instances share, each under its name and by the rule of {@link Gcra}: whoever asks, all together get no more than
 * that. A rate that nobody has asked for is full of permits. What is granted is gone: a permit that is not used is not given back.
 *
 * <p>The store also knows how many share a rate: whoever has asked within {@link #PRESENCE}, if only for nothing.
 *
 * <p>Every call has its asker's number, since a client of a remote store repeats calls whose answer was lost: the asker's last call, repeated,
 * takes nothing again and answers the same permits as before, the rest as of now; a call with a lower number than the last one comes too late, takes nothing and
 * gets none. Both hold for as long as the asker is present.
 *
 * <p>Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store has. A stage that fails (with
 * {@link LimitUnavailableException}, or anything else) means that nobody knows whether permits were taken; null is thrown at the caller at once. Times are the
 * store's own; what it answers are durations.
 */
public interface RateStore extends AutoCloseable {

    /** Three times as long as clients let pass between two calls. */
    Duration PRESENCE = Duration.ofSeconds(30);

    /**
     * Takes a block of permits: as many as are there, up to what is wanted.
     *
     * @param ask of which rate, who, and how many
     * @return what there was
     */
    CompletionStage<RateGrant> take(RateAsk ask);

    /** Frees what the store itself has opened; calls fail from then on. Idempotent. */
    @Override
    void close();
}
