package dev.notifykit.push;

import java.util.UUID;

/**
 * The id of one message, chosen by the host or random. Printable ASCII without spaces, at most 200 characters. Immutable.
 *
 * @param value the name
 */
public record MessageId(String value) {

    /** Checks the name. */
    public MessageId {
        Names.require("message id", value);
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static MessageId of(String value) {
        return new MessageId(value);
    }

    /**
     * A fresh id.
     *
     * @return a random id
     */
    public static MessageId random() {
        return new MessageId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
