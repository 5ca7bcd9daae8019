package dev.notifykit.dedup;

import dev.notifykit.push.MessageId;
import java.util.UUID;

/**
 * Who holds a claim. Every step compares it, so that nobody ends what another holds; the same owner asking again gets the same answer.
 * Immutable.
 *
 * @param value at most 200 printable characters
 */
public record ClaimOwner(String value) {

    /**
     * One that nobody else has.
     *
     * @return a random owner
     */
    public static ClaimOwner random() {
        return new ClaimOwner(UUID.randomUUID().toString());
    }

    /**
     * A message that holds its claim itself, wherever it is worked on.
     *
     * @param message the message
     * @return the owner with its name
     */
    public static ClaimOwner of(MessageId message) {
        return new ClaimOwner("m:" + message.value());
    }

    @Override
    public String toString() {
        return value;
    }
}
