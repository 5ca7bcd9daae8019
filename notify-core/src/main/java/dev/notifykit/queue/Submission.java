package dev.notifykit.queue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.MessageId;
import java.time.Duration;
import java.util.List;

/**
 * A message as it is handed in. Immutable.
 *
 * @param message the message
 * @param deliveries what it comes to, where that is known at once: a message to a device needs no expansion; each with this message's {@link #key()}. Empty: it goes to the intake
 * @param dedupTtl how long its end is remembered
 * @param delay from now until it may be worked on; zero: at once
 */
public record Submission(Message message, List<Delivery> deliveries, Duration dedupTtl, Duration delay) {

    /** Copies the deliveries. */
    public Submission {
        deliveries = List.copyOf(deliveries);
        if (dedupTtl.isNegative() || dedupTtl.isZero()) {
            throw new IllegalArgumentException("the time to live must be positive, is " + dedupTtl);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("the delay must not be negative, is " + delay);
        }
    }

    /**
     * What makes it the same as another.
     *
     * @return the message's dedup key, or one made of its id
     */
    public DedupKey key() {
        return keyOf(message);
    }

    /**
     * The key of a message that was submitted. The prefix keeps ids apart from hosts' keys.
     *
     * @param message the message
     * @return its dedup key, or one made of its id
     */
    public static DedupKey keyOf(Message message) {
        return message.dedupKey().orElseGet(() -> keyOf(message.id()));
    }

    /** Never changed: what is stored counts on it. */
    static DedupKey keyOf(MessageId message) {
        return DedupKey.of("notifykit:message:" + message.value());
    }
}
