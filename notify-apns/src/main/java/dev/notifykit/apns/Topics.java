package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.PushType;
import org.jspecify.annotations.Nullable;

/** The rules of {@code apns-topic}: a bundle id, plus a suffix that the push type asks for. */
final class Topics {

    static final String FIX =
            "the app's bundle id, with the push type's suffix where it has one, at most 255 characters";

    /** Our own limit: bundle ids have at most 155 characters, and the value becomes an HTTP header. */
    static final int MAX_LENGTH = 255;

    private Topics() {}

    /** Whether it can stand in a header: printable ASCII without spaces. */
    static boolean wellFormed(String topic) {
        if (topic.isEmpty() || topic.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < topic.length(); i++) {
            if (topic.charAt(i) <= ' ' || topic.charAt(i) >= 127) {
                return false;
            }
        }
        return true;
    }

    /** The topic of a push whose request says none: the base with the type's suffix, which a base may bring along already. */
    static String derive(String base, PushType type) {
        return base.endsWith(type.topicSuffix()) ? base : base + type.topicSuffix();
    }

    /**
     * What is wrong with a topic that a request has set.
     *
     * @param base the service's own topic: a bundle id may well end like a suffix
     * @return the problem, or null
     */
    static @Nullable String problem(String topic, PushType type, String base) {
        if (!type.topicSuffix().isEmpty()) {
            return topic.endsWith(type.topicSuffix())
                    ? null
                    : "topic: push type " + type + " needs a topic that ends in " + type.topicSuffix();
        }
        if (topic.equals(base)) {
            return null;
        }
        for (PushType other : PushType.values()) {
            if (!other.topicSuffix().isEmpty() && topic.endsWith(other.topicSuffix())) {
                return "topic: ends in " + other.topicSuffix() + ", which belongs to push type " + other + ", not "
                        + type;
            }
        }
        return null;
    }
}
