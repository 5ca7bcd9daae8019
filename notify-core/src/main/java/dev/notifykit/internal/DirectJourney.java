package dev.notifykit.internal;

import dev.notifykit.internal.dedup.Hold;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A direct send on its way: it waits in its lane, and somebody waits for its end. */
final class DirectJourney extends Journey {

    /** From when it counts, and until when it may wait. */
    record Life(long startNanos, long deadlineNanos, boolean expiresAtDeadline) {}

    private final Lane lane;
    private final PushRequest request;
    private final RetryPolicy retryPolicy;
    private final UnknownPolicy unknownPolicy;
    private final boolean expiresAtDeadline;
    private final Hold hold;
    private final Consumer<SendResult> end;
    private volatile boolean cancelled;

    DirectJourney(
            Lane lane,
            PushRequest request,
            RetryPolicy retryPolicy,
            UnknownPolicy unknownPolicy,
            Life life,
            Hold hold,
            Consumer<SendResult> end) {
        super(life.startNanos(), life.deadlineNanos(), 0, false);
        this.lane = lane;
        this.request = request;
        this.retryPolicy = retryPolicy;
        this.unknownPolicy = unknownPolicy;
        this.expiresAtDeadline = life.expiresAtDeadline();
        this.hold = hold;
        this.end = end;
    }

    /** Takes it back; without effect on an attempt under way. */
    void cancel() {
        cancelled = true;
        lane.recheck();
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
    public @Nullable SendResult stopped() {
        return cancelled ? new SendResult.Cancelled() : hold.lost();
    }

    @Override
    public boolean wantedNow() {
        return hold.inForce();
    }

    @Override
    public boolean waitsForSender() {
        return true;
    }

    @Override
    protected void end(SendResult result) {
        end.accept(result);
    }

    @Override
    public void comeBackIn(Lane from, long delayNanos) {
        from.later(this, delayNanos);
    }

    /** It waits for its sender in the lane, so the one reason is that its hold is out of force. */
    @Override
    public void giveBack(GivenBack why) {
        hold.regain(() -> lane.enter(this));
    }

    @Override
    public void abandon(boolean inFlight) {
        finish(
                inFlight
                        ? new SendResult.Unknown(attempts())
                        : orUnknown(new SendResult.NotSent(SendResult.NotSent.Why.SHUTDOWN)));
    }
}
