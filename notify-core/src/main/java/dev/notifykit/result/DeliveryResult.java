package dev.notifykit.result;

import dev.notifykit.push.MessageId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a submitted message at one of its targets, or as a whole where it never came to any. The request's id, or the message's,
 * is its identity: a sink that is told twice, after a crash, recognises it by that. Immutable.
 *
 * @param message the message
 * @param target where it went; null: the message ended before it had targets
 * @param request the id that every attempt carried; null together with the target
 * @param result how it ended
 */
public record DeliveryResult(
        MessageId message,
        @Nullable Target target,
        @Nullable RequestId request,
        SendResult result) {

    /** Checks that it is one of both. */
    public DeliveryResult {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(result, "result");
        if ((target == null) != (request == null)) {
            throw new IllegalArgumentException("a target has a request, and a request a target");
        }
    }

    /**
     * The end of a message that came to no target.
     *
     * @param message the message
     * @param result how it ended
     * @return the result
     */
    public static DeliveryResult whole(MessageId message, SendResult result) {
        return new DeliveryResult(message, null, null, result);
    }
}
