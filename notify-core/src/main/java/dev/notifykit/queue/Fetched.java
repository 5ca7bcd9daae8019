package dev.notifykit.queue;

import java.util.List;

/**
 * Work that was taken. Immutable.
 *
 * @param messages of the intake, to be expanded
 * @param deliveries started, to be settled
 */
public record Fetched(List<Taken> messages, List<Started> deliveries) {

    /** Nothing. */
    public static final Fetched NOTHING = new Fetched(List.of(), List.of());

    /** Copies the lists. */
    public Fetched {
        messages = List.copyOf(messages);
        deliveries = List.copyOf(deliveries);
    }

    /**
     * Whether there is nothing.
     *
     * @return true without messages and deliveries
     */
    public boolean isEmpty() {
        return messages.isEmpty() && deliveries.isEmpty();
    }
}
