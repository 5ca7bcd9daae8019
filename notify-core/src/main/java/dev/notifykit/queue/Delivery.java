package dev.notifykit.queue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request of a submitted message, with what happened to it so far: all that is needed to go on with it. Its identity is the request's id.
 * Immutable.
 *
 * @param message the message it belongs to
 * @param key the message's key, see {@link Submission#key()}; null for what has no claim
 * @param request what is sent
 * @param attempts how many attempts count so far
 * @param unknown whether one of them may have been accepted
 * @param spent how much of its total deadline is used up
 */
public record Delivery(
        MessageId message, @Nullable DedupKey key, PushRequest request, int attempts, boolean unknown, Duration spent) {

    /** Checks that nothing is missing. */
    public Delivery {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(spent, "spent");
    }

    /**
     * One that has not been attempted.
     *
     * @param message the message it belongs to
     * @param key the message's key; null for what has no claim
     * @param request what is sent
     * @return the delivery
     */
    public static Delivery of(MessageId message, @Nullable DedupKey key, PushRequest request) {
        return new Delivery(message, key, request, 0, false, Duration.ZERO);
    }

    /**
     * Its identity.
     *
     * @return the request's id
     */
    public RequestId id() {
        return request.id();
    }

    /**
     * Where it goes.
     *
     * @return the lane of its target
     */
    public LaneKey lane() {
        return LaneKey.of(request.target());
    }

    /** Shows neither the target nor what is said. */
    @Override
    public String toString() {
        return "Delivery[" + id() + " of " + message + ", " + attempts + " attempts]";
    }
}
