package dev.notifykit.push;

import java.util.UUID;

/**
 * The id of one request, 128 bits, the same for every attempt and for whoever continues it after a crash. It travels to the device
 * ({@code apns-id}, and {@code nk_id} in the data), so that an app can drop a notification that arrived twice. Immutable.
 *
 * @param value the 128 bits
 */
public record RequestId(UUID value) {

    /**
     * A fresh id.
     *
     * @return a random id
     */
    public static RequestId random() {
        return new RequestId(UUID.randomUUID());
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @param text 8-4-4-4-12 hexadecimal digits
     * @return the id
     * @throws IllegalArgumentException when the text is no UUID
     */
    public static RequestId parse(String text) {
        UUID value = UUID.fromString(text);
        // Java also reads shorter forms, such as 1-2-3-4-5.
        if (!value.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("a request id has 8-4-4-4-12 hexadecimal digits");
        }
        return new RequestId(value);
    }

    /** The canonical form that APNs asks for: lower case, 8-4-4-4-12. */
    @Override
    public String toString() {
        return value.toString();
    }
}
