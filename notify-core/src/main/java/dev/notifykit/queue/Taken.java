package dev.notifykit.queue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;

/**
 * A message of the intake. Immutable.
 *
 * @param message the message
 * @param superseded whether a correction of it was submitted or sent since: it must not be expanded
 * @param correction whether it is a correction itself; says nothing of one that is superseded
 */
public record Taken(Message message, boolean superseded, boolean correction) {

    /**
     * What makes it the same as another.
     *
     * @return as {@link Submission#key()}
     */
    public DedupKey key() {
        return Submission.keyOf(message);
    }
}
