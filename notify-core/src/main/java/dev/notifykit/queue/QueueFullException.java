package dev.notifykit.queue;

import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import java.util.List;

/** The backlog is at its limit: some of the messages were not taken. Submit those again later, with the same ids. */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<SubmitReceipt> taken;
    private final transient List<MessageId> refused;

    /**
     * For the client.
     *
     * @param taken receipts of those that were judged
     * @param refused those that were not taken
     */
    public QueueFullException(List<SubmitReceipt> taken, List<MessageId> refused) {
        super("the queue is full: " + refused.size() + " of " + (taken.size() + refused.size())
                + " messages were not taken");
        this.taken = List.copyOf(taken);
        this.refused = List.copyOf(refused);
    }

    /**
     * What became of the others.
     *
     * @return their receipts
     */
    public List<SubmitReceipt> taken() {
        return taken;
    }

    /**
     * What was not taken.
     *
     * @return the ids
     */
    public List<MessageId> refused() {
        return refused;
    }
}
