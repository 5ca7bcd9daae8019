package dev.notifykit.internal;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A direct send on its way: it waits in its lane, and its end completes a future. */
final class DirectJourney extends Journey {

    private final Lane lane;
    private final PushRequest request;
    private final RetryPolicy retryPolicy;
    private final UnknownPolicy unknownPolicy;
    private final boolean expiresAtDeadline;
    private final BiConsumer<CompletableFuture<SendResult>, SendResult> complete;
    private final Result result = new Result();
    private volatile boolean cancelled;

    DirectJourney(
            Lane lane,
            PushRequest request,
            RetryPolicy retryPolicy,
            UnknownPolicy unknownPolicy,
            long startNanos,
            long deadlineNanos,
            boolean expiresAtDeadline,
            BiConsumer<CompletableFuture<SendResult>, SendResult> complete) {
        super(startNanos, deadlineNanos, 0, false);
        this.lane = lane;
        this.request = request;
        this.retryPolicy = retryPolicy;
        this.unknownPolicy = unknownPolicy;
        this.expiresAtDeadline = expiresAtDeadline;
        this.complete = complete;
    }

    @Override
    public RequestId id() {
        return request.id();
    }

    @Override
    public PushRequest request() {
        return request;
    }

    @Override
    public Urgency urgency() {
        return request.urgency();
    }

    @Override
    public @Nullable Instant expiresAt() {
        return request.expiresAt().orElse(null);
    }

    @Override
    public boolean expiresAtDeadline() {
        return expiresAtDeadline;
    }

    @Override
    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    @Override
    public UnknownPolicy unknownPolicy() {
        return unknownPolicy;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public boolean wantedNow() {
        return true;
    }

    @Override
    public boolean waitsForSender() {
        return true;
    }

    @Override
    protected void end(SendResult end) {
        complete.accept(result, end);
    }

    @Override
    public void comeBackIn(Lane from, long delayNanos) {
        from.later(this, delayNanos);
    }

    @Override
    public void giveBack(GivenBack why) {
        lane.enter(this);
    }

    @Override
    public void abandon(boolean inFlight) {
        end(
                inFlight
                        ? new SendResult.Unknown(attempts())
                        : orUnknown(new SendResult.NotSent(SendResult.NotSent.Why.SHUTDOWN)));
    }

    CompletableFuture<SendResult> result() {
        return result;
    }

    /** What the host holds: cancelling it takes the request back, as far as it has not been attempted. */
    private final class Result extends CompletableFuture<SendResult> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            cancelled = true;
            lane.recheck();
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
