package dev.notifykit.push;

/**
 * The host's own name of a topic: {@code match:4711}. Printable ASCII, at most 200 characters; it is shown in logs, so it names what is told
 * and not who is told. Immutable.
 *
 * @param value the name
 */
public record TopicName(String value) {

    /** Checks the name. */
    public TopicName {
        Names.require("topic name", value);
    }

    /**
     * The topic with this name.
     *
     * @param value the name
     * @return the name
     */
    public static TopicName of(String value) {
        return new TopicName(value);
    }

    /**
     * A short name for keys, and for the order in which topics are listed.
     *
     * @return 32 hexadecimal digits, the same for equal names everywhere
     */
    public String digest() {
        return Digest.of(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
