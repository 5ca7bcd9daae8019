package dev.notifykit.dedup;

/** What has become of a claim, as its holder learns when it renews it. */
public enum Standing {
    /** It holds, for another lease. */
    HELD,
    /** A correction was admitted: start nothing more, and confirm or release at the end as usual, since the correction waits for it. */
    SUPERSEDED,
    /** It is not the asker's any more: it ran out and another has it, or it was ended. */
    LOST
}
