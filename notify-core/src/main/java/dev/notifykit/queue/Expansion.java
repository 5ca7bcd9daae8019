package dev.notifykit.queue;

import dev.notifykit.message.Message;
import dev.notifykit.result.SendResult;
import java.util.List;

/** What becomes of a message of the intake. Immutable. */
public sealed interface Expansion {

    /**
     * Which message.
     *
     * @return the message
     */
    Message message();

    /**
     * It has targets.
     *
     * @param message the message
     * @param deliveries one for each, at least one; their ids differ
     */
    record Into(Message message, List<Delivery> deliveries) implements Expansion {
        /** Copies the deliveries. */
        public Into {
            deliveries = List.copyOf(deliveries);
            if (deliveries.isEmpty()) {
                throw new IllegalArgumentException("a message that is expanded has a target at least");
            }
        }
    }

    /**
     * It ends here: nobody is to be told, or another road tells them.
     *
     * @param message the message
     * @param result how it ended
     * @param said whether its key is confirmed; false: it may be said again
     */
    record Ended(Message message, SendResult result, boolean said) implements Expansion {}
}
