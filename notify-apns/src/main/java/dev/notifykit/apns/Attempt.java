package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One push, from pushy's queue to its answer. pushy reads the token when it writes the push to a connection and not before, and that
 * moment is what tells "never sent" from "may have arrived": until then the attempt can be called off for certain, afterwards it cannot.
 * Thread-safe.
 */
final class Attempt extends Deadlines.Entry implements ApnsPushNotification {

    private enum State {
        /** In pushy's hands, not written. */
        WAITING,
        /** Written, or in the connection's own buffer. */
        WRITTEN,
        /** Answered or failed in time. */
        ENDED,
        /** Timed out before it was written; it never will be. */
        ABANDONED,
        /** Timed out after it was written; its stream is still open. */
        LOST
    }

    /** Stops pushy from writing a push that was called off. Without a stack: it says nothing that its type does not. */
    private static final class AbandonedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AbandonedException() {
            super("timed out before it was written", null, false, false);
        }
    }

    private final Connections connections;
    private final Deadlines deadlines;
    private final Answers<Connections> answers;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<PushResponse> future = new CompletableFuture<>();
    private volatile Encoded.@Nullable Ready push;

    Attempt(Encoded.Ready push, Connections connections, Deadlines deadlines, Answers<Connections> answers) {
        this.push = push;
        this.connections = connections;
        this.deadlines = deadlines;
        this.answers = answers;
    }

    CompletableFuture<PushResponse> future() {
        return future;
    }

    /** Takes pushy's last word; after a timeout it changes nothing but the count of what was left behind. */
    void end(@Nullable PushNotificationResponse<Attempt> answer, @Nullable Throwable failure) {
        if (answer != null) {
            connections.answered();
        }
        boolean written = state.compareAndSet(State.WRITTEN, State.ENDED);
        if (!written && !state.compareAndSet(State.WAITING, State.ENDED)) {
            connections.collected();
            return;
        }
        try {
            future.complete(
                    answer == null
                            ? Failures.read(failure == null ? new IllegalStateException() : failure, written)
                            : read(content(), answer));
        } catch (Throwable programmingError) { // an Error too, such as a class that cannot be loaded: the future must
            // complete
            future.completeExceptionally(programmingError);
        } finally {
            // Last, since the service ends its threads when no attempt is left.
            connections.ended();
            deadlines.remove(this);
        }
    }

    private PushResponse read(Encoded.Ready ready, PushNotificationResponse<Attempt> answer) {
        if (answer.isAccepted()) {
            UUID id = answer.getApnsId();
            return answers.accepted(ready, id == null ? null : id.toString(), connections);
        }
        Refusal refusal = new Refusal(
                answer.getStatusCode(),
                answer.getRejectionReason().orElse(null),
                answer.getTokenInvalidationTimestamp().orElse(null),
                null);
        return answers.refused(ready, refusal, connections);
    }

    @Override
    void timedOut() {
        if (state.compareAndSet(State.WAITING, State.ABANDONED)) {
            push = null; // pushy may hold this object for as long as there is no connection
            connections.gaveUp();
            future.complete(new Unavailable(Unavailable.Cause.NOT_SENT, "no connection within the attempt timeout"));
        } else if (state.compareAndSet(State.WRITTEN, State.LOST)) {
            connections.gaveUp();
            future.complete(new Unknown(Unknown.Cause.TIMEOUT, "no answer within the attempt timeout"));
        }
    }

    /** pushy's first question when it writes, and again when a refused stream makes it write once more. */
    @Override
    public String getToken() {
        if (!state.compareAndSet(State.WAITING, State.WRITTEN) && state.get() == State.ABANDONED) {
            throw new AbandonedException();
        }
        return content().token();
    }

    @Override
    public String getPayload() {
        return content().payload();
    }

    @Override
    public Instant getExpiration() {
        return content().expiration();
    }

    @Override
    public DeliveryPriority getPriority() {
        return Objects.requireNonNull(content().priority().pushy());
    }

    @Override
    public PushType getPushType() {
        return Objects.requireNonNull(content().type().pushy());
    }

    @Override
    public String getTopic() {
        return content().topic();
    }

    @Override
    public @Nullable String getCollapseId() {
        return content().collapseId();
    }

    @Override
    public UUID getApnsId() {
        return content().request().id().value();
    }

    private Encoded.Ready content() {
        Encoded.Ready content = push;
        if (content == null) {
            throw new AbandonedException();
        }
        return content;
    }

    /** Shows neither token nor payload. */
    @Override
    public String toString() {
        Encoded.Ready content = push;
        return "Attempt[" + (content == null ? "abandoned" : content.request().id()) + ", " + state + "]";
    }
}
