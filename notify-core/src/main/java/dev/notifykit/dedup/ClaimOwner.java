package dev.notifykit.dedup;

import dev.notifykit.push.MessageId;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/**
 * Who holds a claim. Every step compares it, so that nobody ends what another holds; the same owner asking again gets the same answer.
 * Immutable.
 *
 * @param value 1 to {@value #MAX_LENGTH} printable ASCII characters without spaces
 */
public record ClaimOwner(String value) {

    /** A message id of the greatest length, and some room before it. */
    public static final int MAX_LENGTH = 210;

    /** Checks the value: stores write it next to other fields. */
    public ClaimOwner {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a claim's owner has 1 to " + MAX_LENGTH + " characters, this one " + value.length());
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("a claim's owner is printable ASCII without spaces, this one is not");
        }
    }

    /**
     * One that nobody else has. Short, since every claim is stored with its owner: 92 random bits, in 16 characters.
     *
     * @return a random owner
     */
    public static ClaimOwner random() {
        UUID random = UUID.randomUUID();
        byte[] bits = ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(random.getMostSignificantBits())
                .putInt((int) random.getLeastSignificantBits())
                .array();
        return new ClaimOwner(Base64.getUrlEncoder().encodeToString(bits));
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
