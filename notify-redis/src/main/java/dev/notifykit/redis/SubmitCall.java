package dev.notifykit.redis;

import dev.notifykit.push.MessageId;
import java.util.List;

/**
 * Messages of one caller for one partition, as {@code queue_submit.lua} takes them.
 */
final class SubmitCall extends PendingCall<SubmitCall.Answer> {

    private final int partition;
    private final List<Packed> messages;

    SubmitCall(int partition, List<Packed> messages, long deadline) {
        super(deadline);
        this.partition = partition;
        this.messages = List.copyOf(messages);
    }

    int partition() {
        return partition;
    }

    List<Packed> messages() {
        return messages;
    }

    /**
     * What became of them.
     *
     * @param verdicts one for each, as the script says it
     * @param replicas how many replicas have it all
     */
    record Answer(List<String> verdicts, int replicas) {}

    /**
     * A message.
     *
     * @param digest of its key
     * @param head how many deliveries, times, names
     * @param content the message itself; empty where it has deliveries
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Packed(MessageId id, String digest, byte[] head, byte[] content, List<PackedDelivery> deliveries) {

        long bytes() {
            return content.length
                    + deliveries.stream()
                            .mapToLong(delivery -> delivery.content().length)
                            .sum();
        }

        @Override
        public String toString() {
            return "message " + id;
        }
    }

    /**
     * A delivery.
     *
     * @param lane its stream's name
     * @param target its target's digest
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record PackedDelivery(String lane, String target, byte[] content) {
        @Override
        public String toString() {
            return "a delivery";
        }
    }
}
