package dev.notifykit.testing;

/** Where a {@link StageProbe} is asked: in about the order in which a shard, a row or a message comes by, then those of the queue. */
public enum Stage {
    /** A shard was taken, with a lease; nothing of it was looked at. */
    SHARD_TAKEN,
    /** A page was read from the audience, and is not in the store yet. */
    PAGE_READ,
    /** A page's rows are in the store; none was sent. */
    PAGE_OPENED,
    /** At most once: the intents of some rows are in the store; none of these rows was sent. */
    INTENTS_SAVED,
    /** What may be sent twice is counted in the store; nothing of it was sent again. */
    DUPLICATES_COUNTED,
    /** A parked row is to come back; it is still as the store has it. */
    TAKEN_UP,
    /** A claim on a dedup key is held; nothing was sent. */
    CLAIMED,
    /** The last look is done, the provider is called next. On a lane's thread. */
    BEFORE_ATTEMPT,
    /** The provider has the request, and its answer is not known here. On a lane's thread. */
    ATTEMPT_BEGUN,
    /** The provider's answer is here and not recorded. On a lane's thread. */
    ANSWERED,
    /** The claim on a dedup key was confirmed or released; the caller does not know it. */
    CLAIM_ENDED,
    /** Rows are about to be parked, or parked again. */
    BEFORE_PARK,
    /** Rows were parked, or parked again. */
    PARKED,
    /** Results are about to be marked in the store. */
    BEFORE_MARK,
    /** Results were marked in the store. */
    MARKED,
    /** The host's sink took results; the shard does not know it. */
    SINK_TOOK,
    /** A page has all of its results, and is about to be closed. */
    BEFORE_CHECKPOINT,
    /** A page was closed. */
    CHECKPOINTED,
    /** A shard's last row has its result; the shard is not ended. */
    BEFORE_SHARD_END,
    /** A shard was ended; this instance does not know it. */
    SHARD_ENDED,
    /** At a close: all that is known is in the store; the shard is not given back. */
    BEFORE_RELEASE,
    /** At a close: a shard was given back; this instance does not know it. */
    RELEASED,
    /** Submitted messages are in the queue; the caller does not know it. */
    SUBMITTED,
    /** A partition of the queue was taken, with a lease; nothing of it was looked at. */
    PARTITION_TAKEN,
    /** Work was fetched from the queue, and is started in the store; none of it was handed to a lane. */
    FETCHED,
    /** What messages come to is known, and not in the queue. */
    BEFORE_EXPAND,
    /** The deliveries of messages are in the queue; this instance does not know it. */
    EXPANDED,
    /** The store knows that a suspect runs alone; it was not sent. */
    NOTED_ALONE,
    /** What became of deliveries is about to be noted in the queue. */
    BEFORE_SETTLE,
    /** What became of deliveries was noted in the queue; this instance does not know it. */
    SETTLED,
    /** All that is known of a partition is in the store; it is not given back. */
    BEFORE_PARTITION_RELEASE,
    /** A partition was given back; this instance does not know it. */
    PARTITION_RELEASED
}
