package dev.notifykit.queue;

/** What became of a message that was handed in. Immutable. */
public sealed interface Submitted {

    /**
     * It is in the queue.
     *
     * @param correction whether it replaces something else that was said under its key
     * @param ahead how many deliveries and messages of its partition come before it, or the like
     * @param estimated whether {@code ahead} is a guess at the whole queue; false: there is one partition, and it is exact
     */
    record Queued(boolean correction, long ahead, boolean estimated) implements Submitted {}

    /** The same was said, or is on its way. */
    record Duplicate() implements Submitted {}

    /** Something newer is known. */
    record Stale() implements Submitted {}

    /** The backlog is at its limit; nothing was written. */
    record Full() implements Submitted {}
}
