package dev.notifykit.internal;

import dev.notifykit.internal.dedup.Claims;
import dev.notifykit.internal.lane.DeadTokenGuard;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.Road;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryDecision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road a request takes, as a table of contents. Direct sends come in by {@link DirectRoad}, messages by {@link MessageRoad}, rows
 * of a fan-out from their shard; from the lane on all go the same way:
 *
 * <pre>
 *   admit       a slot, or NotAdmittedException           {@link DirectRoad}
 *   (2)  dedup  a message claims its key                  {@link Claims}
 *   (3)  lane   urgency, permit, pause, rate, breaker     {@link Lane}                ◄───┐
 *   (3b) last look, before every attempt                  {@link LastLook}                │
 *   (4)  push   under the attempt timeout                 {@link Lane#attempt}            │
 *   (5)  retry  decide                                    {@link RetryStage} ─────────────┘
 *   (6)  dedup  the claim is confirmed or released        {@link MessageRoad}
 *   (7)  record the result, tell the listeners            {@link #record}
 *   (8)  complete the future, or mark the row             {@link Journey#finish}
 * </pre>
 *
 * <p>All of its methods run in the lane's own turn, one at a time per lane.
 */
final class SendPipeline implements Road {

    private static final Logger log = LoggerFactory.getLogger(SendPipeline.class);

    private final LastLook lastLook;
    private final RetryStage retry;
    private final Observers observers;

    SendPipeline(LastLook lastLook, RetryStage retry, Observers observers) {
        this.lastLook = lastLook;
        this.retry = retry;
        this.observers = observers;
    }

    @Override
    public void turn(Lane lane, Journey journey) {
        SendResult stopped = lastLook.stops(journey);
        if (stopped != null) {
            record(lane, journey, stopped);
        } else if (!journey.wantedNow()) {
            journey.giveBack(Journey.GivenBack.NOT_NOW);
        } else {
            PushRequest request = request(lane, journey);
            if (request != null) {
                lane.attempt(journey, request);
            }
        }
    }

    @Override
    public void answered(Lane lane, Journey journey, PushResponse response) {
        observers.attempt(lane.key(), journey, response);
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
        observers.tokenDead(verdict);
    }

    private void record(Lane lane, Journey journey, SendResult result) {
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
