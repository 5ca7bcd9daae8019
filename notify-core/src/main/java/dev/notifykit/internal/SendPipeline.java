package dev.notifykit.internal;

import dev.notifykit.internal.dedup.Claims;
import dev.notifykit.internal.lane.DeadTokenGuard;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.Road;
import dev.notifykit.internal.limit.Caps;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryDecision;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road a request takes, as a table of contents. Direct sends come in by {@link DirectRoad}, messages by {@link MessageRoad}, rows
 * of a fan-out from their shard, submitted messages from their partition of the queue, which has seen to (2) and sees to (6); from the lane on all go
 * the same way:
 *
 * <pre>
 *   admit       a slot, or NotAdmittedException           {@link DirectRoad}
 *   (2)  dedup  a message claims its key                  {@link Claims}
 *   (3)  lane   urgency, permit, pause, rate, breaker     {@link Lane}                ◄───┐
 *   (3b) last look, before every attempt                  {@link LastLook}, {@link CapLook}    │
 *   (4)  push   under the attempt timeout                 {@link Lane#attempt}            │
 *   (5)  retry  decide                                    {@link RetryStage} ─────────────┘
 *   (6)  dedup  the claim is confirmed or released        {@link MessageRoad}
 *   (7)  record the result, tell the listeners            {@link #record}
 *   (8)  complete the future, mark the row, or settle     {@link Journey#finish}
 * </pre>
 *
 * <p>All of its methods run in the lane's own turn, one at a time per lane.
 */
final class SendPipeline implements Road {

    private static final Logger log = LoggerFactory.getLogger(SendPipeline.class);

    private final LastLook lastLook;
    private final RetryStage retry;
    private final Observers observers;
    private final CapLook caps;
    private final TokenVerdicts verdicts;

    SendPipeline(LastLook lastLook, RetryStage retry, Observers observers, CapLook caps, TokenVerdicts verdicts) {
        this.lastLook = lastLook;
        this.retry = retry;
        this.observers = observers;
        this.caps = caps;
        this.verdicts = verdicts;
    }

    @Override
    public void turn(Lane lane, Journey journey) {
        SendResult stopped = lastLook.stops(journey);
        if (stopped != null) {
            record(lane, journey, stopped);
        } else if (!journey.wantedNow()) {
            caps.refund(journey);
            journey.giveBack(Journey.GivenBack.NOT_NOW);
        } else {
            PushRequest request = request(lane, journey);
            if (request != null) {
                attempt(lane, journey, request);
            }
        }
    }

    /** After a wait all is looked at again. */
    private void attempt(Lane lane, Journey journey, PushRequest request) {
        CompletableFuture<Caps.Look> look = caps.take(lane.key(), journey, request.target());
        if (look == null) {
            lane.attempt(journey, request);
        } else if (look.isDone()) {
            looked(lane, journey, look.join(), () -> lane.attempt(journey, request));
        } else {
            lane.attemptAfter(journey, look, () -> looked(lane, journey, look.join(), () -> turn(lane, journey)));
        }
    }

    private void looked(Lane lane, Journey journey, Caps.Look look, Runnable goOn) {
        if (look == Caps.Look.CAPPED) {
            caps.keep(journey); // which it has not
            record(lane, journey, journey.orUnknown(new SendResult.Suppressed(SendResult.Suppressed.Why.CAPPED)));
        } else {
            goOn.run();
        }
    }

    @Override
    public void missed(Lane lane, Journey journey) {
        caps.refund(journey);
    }

    @Override
    public void answered(Lane lane, Journey journey, PushResponse response) {
        observers.attempt(lane.key(), journey, response);
        if (response instanceof PushResponse.Accepted) {
            caps.keep(journey);
        } else {
            caps.refund(journey);
        }
        RetryDecision decision = retry.decide(journey, response);
        if (decision instanceof RetryDecision.Retry again) {
            journey.comeBackIn(lane, again.delay().toNanos());
        } else if (decision instanceof RetryDecision.Hold) {
            journey.giveBack(Journey.GivenBack.SENDER_PAUSED);
        } else if (decision instanceof RetryDecision.GiveUp giveUp) {
            record(lane, journey, Ends.givenUp(journey, giveUp.limit()));
        } else {
            record(lane, journey, Ends.answered(journey, response));
        }
    }

    @Override
    public void overdue(Lane lane, Journey journey) {
        record(lane, journey, Ends.overdue(journey, lane.sender().pausedFor() != null));
    }

    @Override
    public void tokenDead(DeadTokenGuard.Verdict verdict) {
        verdicts.take(verdict);
        observers.tokenDead(verdict);
    }

    private void record(Lane lane, Journey journey, SendResult result) {
        caps.refund(journey);
        observers.result(lane.key(), journey.id(), result);
        journey.finish(result);
    }

    /** What is sent is made by the host's renderer, which may fail: then it is this one request that is wrong. */
    private @Nullable PushRequest request(Lane lane, Journey journey) {
        try {
            return journey.request();
        } catch (RuntimeException | Error e) {
            log.warn("{}: a request could not be rendered: {}", lane.key(), Traces.of(e));
            record(
                    lane,
                    journey,
                    new SendResult.Rejected(
                            "RENDER_FAILED",
                            "the renderer threw " + e.getClass().getName()));
            return null;
        }
    }
}
