package dev.notifykit.observe;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.time.Instant;

/**
 * Watches what the client does; cannot change it. Every method does nothing unless overridden.
 *
 * <p>All calls of one client come on one thread of their own, in order, from a bounded queue: a slow listener delays only itself, and
 * what overflows is counted by {@link #onMissed}. What a method throws is logged.
 */
public interface PushListener {

    /** How many events wait for a slow listener before the next ones are missed. */
    int QUEUE_LIMIT = 100_000;

    /**
     * An attempt was answered, or timed out.
     *
     * @param lane where it was made
     * @param id whose attempt
     * @param attempt its number, from 1
     * @param response the answer
     */
    default void onAttempt(LaneKey lane, RequestId id, int attempt, PushResponse response) {}

    /**
     * A request has ended.
     *
     * @param lane where it was
     * @param id which request
     * @param result how it ended
     */
    default void onResult(LaneKey lane, RequestId id, SendResult result) {}

    /**
     * Something happened to a message at its dedup key that bears on duplicates.
     *
     * @param message which message
     * @param event what happened
     */
    default void onDedup(MessageId message, DedupEvent event) {}

    /**
     * A token is dead, and its sender is above suspicion: delete it, provided that it is unchanged and was registered before
     * {@code response.invalidSince()}, or before {@code attemptAt} where the vendor gives no time. This may come up to 200 answers
     * or 30 s after the result, since a share of dead tokens that is too large to be true deletes none. A missed event does no
     * lasting harm: the token is found dead again at the next send.
     *
     * @param target the token
     * @param response what the provider said
     * @param attemptAt when the attempt began
     */
    default void onTokenDead(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {}

    /**
     * Events were missed because the queue was full.
     *
     * @param events how many, since this was last said
     */
    default void onMissed(long events) {}
}
