package dev.notifykit.message;

import dev.notifykit.push.MessageId;
import java.util.Objects;

/**
 * What a host gets for a message that it has handed in. Immutable.
 *
 * @param id the message's id, by which it is known from now on
 * @param verdict what became of it
 * @param ahead how many come before it; 0 unless it was queued
 * @param estimated whether {@code ahead} is a guess
 */
public record SubmitReceipt(MessageId id, Verdict verdict, long ahead, boolean estimated) {

    /** What became of a message that was handed in. */
    public enum Verdict {
        /** It is in the queue, and will have a result. */
        QUEUED,
        /** The same, and it replaces what was said before under its key. */
        CORRECTION,
        /** The same was said or is on its way: nothing was stored. */
        DUPLICATE,
        /** Something newer is known: nothing was stored. */
        STALE
    }

    /** Checks that nothing is missing. */
    public SubmitReceipt {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(verdict, "verdict");
    }

    /**
     * Whether it will be worked on.
     *
     * @return false for duplicates and stale messages
     */
    public boolean queued() {
        return verdict == Verdict.QUEUED || verdict == Verdict.CORRECTION;
    }
}
