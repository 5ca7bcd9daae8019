package dev.notifykit.queue;

import dev.notifykit.push.MessageId;
import java.util.List;

/** Messages were stored, but too few replicas have acknowledged them in time. Submitting them again, with the same ids, is safe. */
public final class NotReplicatedException extends QueueUnavailableException {

    private static final long serialVersionUID = 1L;

    private final transient List<MessageId> messages;

    /**
     * For stores.
     *
     * @param messages those that were not acknowledged
     * @param wanted by how many replicas
     * @param acknowledged by how many they were
     */
    public NotReplicatedException(List<MessageId> messages, int wanted, int acknowledged) {
        super(
                messages.size() + " messages are stored, but acknowledged by " + acknowledged + " replicas, not by "
                        + wanted + "; submit them again with the same ids",
                null);
        this.messages = List.copyOf(messages);
    }

    /**
     * The messages.
     *
     * @return their ids
     */
    public List<MessageId> messages() {
        return messages;
    }
}
