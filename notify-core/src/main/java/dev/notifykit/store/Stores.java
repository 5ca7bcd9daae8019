package dev.notifykit.store;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.topic.TopicStore;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one place that instances share. Whatever is null is kept in the client's own JVM, as without this; a store that is given to
 * the client's builder by itself is used instead of the one here.
 *
 * <p>Thread-safe. Each method answers with the same store every time. Whoever closes this closes all of them; the client does it unless built with {@code owned(false)}.
 */
public interface Stores extends AutoCloseable {

    /**
     * What was said.
     *
     * @return the store; null: not kept here
     */
    default @Nullable DedupStore dedupStore() {
        return null;
    }

    /**
     * Fan-outs and their progress.
     *
     * @return the store; null: not kept here
     */
    default @Nullable ProgressStore progressStore() {
        return null;
    }

    /**
     * Devices of users, and dead tokens.
     *
     * @return the store; null: not kept here
     */
    default @Nullable DeviceStore deviceStore() {
        return null;
    }

    /**
     * Rates that instances share.
     *
     * @return the store; null: not kept here
     */
    default @Nullable RateStore rateStore() {
        return null;
    }

    /**
     * What devices got lately.
     *
     * @return the store; null: not kept here
     */
    default @Nullable CapStore capStore() {
        return null;
    }

    /**
     * Topics and who is in them.
     *
     * @return the store; null: not kept here
     */
    default @Nullable TopicStore topicStore() {
        return null;
    }

    /**
     * Submitted messages, and dead letters.
     *
     * @return the queue; null: not kept here
     */
    default @Nullable WorkQueue workQueue() {
        return null;
    }

    /**
     * Looks at once whether the place can be used, and by these settings. May block for some seconds. The client calls it when it is
     * started; a host may do so at any time, before it builds a client too.
     *
     * @throws StoresUnfitException when it must not be used as it is; until that is put right, no call of a store does anything
     * @throws StoresUnavailableException when nobody can say, since it cannot be reached now
     */
    default void check() {
        // Nothing can be wrong with what needs no place.
    }

    /**
     * How the place is, for {@code client.health()}. What is found is kept for some seconds, so that it can be asked at any rate; it waits for an
     * answer no longer than a call of a store does.
     *
     * @return a reading
     */
    default StoresState state() {
        return StoresState.GOOD;
    }

    /** Closes all stores. Idempotent, also after some of them were closed by themselves. */
    @Override
    void close();
}
