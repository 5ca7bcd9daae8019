package dev.notifykit.testing;

/** Where a {@link StageProbe} is asked, in the order in which a row or a message comes by. */
public enum Stage {
    /** A shard was taken, with a lease. */
    SHARD_TAKEN,
    /** A page was read from the audience, and is not in the store yet. */
    PAGE_READ,
    /** A page's rows are in the store; none was sent. */
    PAGE_OPENED,
    /** At most once: the intents of some rows are in the store; none of these rows was sent. */
    INTENTS_SAVED,
    /** A claim on a dedup key is held; nothing was sent. */
    CLAIMED,
    /** The last look is done, the provider is called next. */
    BEFORE_ATTEMPT,
    /** The provider has the request, and its answer is not known here. */
    ATTEMPT_BEGUN,
    /** The provider's answer is here and not recorded. */
    ANSWERED,
    /** The claim on a dedup key was confirmed or released; the caller does not know it. */
    CLAIM_ENDED,
    /** Rows are about to be parked. */
    BEFORE_PARK,
    /** Rows were parked. */
    PARKED,
    /** Results are about to be marked in the store. */
    BEFORE_MARK,
    /** Results were marked in the store. */
    MARKED,
    /** The host's sink took results; they are not acknowledged in the store. */
    SINK_TOOK,
    /** A page has all of its results, and is about to be closed. */
    BEFORE_CHECKPOINT,
    /** A page was closed and the shard's cursor moved. */
    CHECKPOINTED,
    /** A shard's last row has its result; the shard is not ended. */
    BEFORE_SHARD_END
}
