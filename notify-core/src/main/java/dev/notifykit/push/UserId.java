package dev.notifykit.push;

import java.util.Objects;

/**
 * The host's own name of a user. Any text of 1 to {@value #MAX_LENGTH} characters; {@link #toString()} does not show it, since it may
 * be an e-mail address. Immutable.
 *
 * @param value the name
 */
public record UserId(String value) {

    /** Longer than any key of a user table; it keeps a hostile id from filling memory. */
    public static final int MAX_LENGTH = 512;

    /** Checks the name. */
    public UserId {
        Objects.requireNonNull(value, "user id");
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a user id has 1 to " + MAX_LENGTH + " characters, this one " + value.length());
        }
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static UserId of(String value) {
        return new UserId(value);
    }

    /** Shows the length only. */
    @Override
    public String toString() {
        return "UserId[" + value.length() + " characters]";
    }
}
