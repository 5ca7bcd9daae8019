package dev.notifykit.internal.lane;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.PushResponse;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what an answer means for the whole sender, which it pauses or slows, and what it is then worth for its request. Belongs to its lane's actor. */
final class Judge {

    private static final Logger log = LoggerFactory.getLogger(Judge.class);

    private final LaneKey key;
    private final Sender sender;
    private final DeadTokenGuard guard;
    private final TimeSource time;

    Judge(LaneKey key, Sender sender, DeadTokenGuard guard, TimeSource time) {
        this.key = key;
        this.sender = sender;
        this.guard = guard;
        this.time = time;
    }

    PushResponse judge(Attempt attempt, PushResponse response, long now) {
        if (guard.isAbnormalWith(response)) {
            log.error("{}: an abnormal share of dead tokens; its sender is paused and no token is given up", key);
            sender.pause(Sender.DEAD_TOKENS, now);
        }
        if (DeadTokenGuard.isSuspect(response) && Sender.DEAD_TOKENS.equals(sender.pausedFor())) {
            return new PushResponse.Misconfigured(
                    Sender.DEAD_TOKENS, "most tokens are called dead: wrong key or world?");
        }
        if (response instanceof PushResponse.TokenInvalid dead) {
            guard.add(
                    new DeadTokenGuard.Verdict(
                            attempt.request.target(), dead, time.now().minusNanos(now - attempt.begunNanos)),
                    now);
        } else if (response instanceof PushResponse.Misconfigured wrong) {
            if (sender.pausedFor() == null) {
                log.error("{}: the sender is paused: {}", key, wrong.reason());
            }
            sender.pause(wrong.reason(), now);
        } else if (response instanceof PushResponse.Throttled throttled
                && throttled.scope() == PushResponse.Throttled.Scope.SENDER
                && throttled.retryAfter() != null) {
            Duration asked = throttled.retryAfter();
            Duration most = attempt.journey.retryPolicy().maxRetryAfter();
            sender.block((asked.compareTo(most) > 0 ? most : asked).toNanos(), now);
        }
        return response;
    }

    /** Whether the next attempt after it is one that the vendor should be spared in an outage. */
    static boolean drawsOnBudget(PushResponse response) {
        return response instanceof PushResponse.Throttled
                || (response instanceof PushResponse.Unavailable unavailable
                        && unavailable.cause() == PushResponse.Unavailable.Cause.SERVER_ERROR)
                || (response instanceof PushResponse.Unknown unknown
                        && unknown.cause() == PushResponse.Unknown.Cause.SERVER_ERROR);
    }
}
