package dev.notifykit.internal;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.push.PushResponse;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryDecision;

/**
 * Which result an end is. The one rule behind all of it: after an attempt that may have been accepted, only a provider's answer may
 * say anything else than {@code Unknown}.
 */
final class Ends {

    private Ends() {}

    /** The provider's answer is the end. */
    static SendResult answered(Journey journey, PushResponse response) {
        if (response instanceof PushResponse.Accepted accepted) {
            return new SendResult.Accepted(accepted.providerMessageId());
        }
        if (response instanceof PushResponse.TokenInvalid dead) {
            return new SendResult.TokenInvalid(dead.reason(), dead.invalidSince());
        }
        if (response instanceof PushResponse.Rejected rejected) {
            return new SendResult.Rejected(rejected.reason(), rejected.detail());
        }
        return journey.orUnknown(
                new SendResult.DeadLettered(SendResult.DeadLettered.Why.ATTEMPTS, response, journey.attempts()));
    }

    /** The policy allows no further attempt. */
    static SendResult givenUp(Journey journey, RetryDecision.GiveUp.Limit limit) {
        return journey.orUnknown(
                switch (limit) {
                    case EXPIRY -> new SendResult.Expired();
                    case ATTEMPTS -> deadLettered(journey, SendResult.DeadLettered.Why.ATTEMPTS);
                    case DEADLINE -> deadLettered(journey, SendResult.DeadLettered.Why.DEADLINE);
                });
    }

    /** Its deadline has come while it waited. */
    static SendResult overdue(Journey journey, boolean senderPaused) {
        if (journey.expiresAtDeadline()) {
            return journey.orUnknown(new SendResult.Expired());
        }
        if (journey.attempts() == 0 && (senderPaused || journey.lastResponse() != null)) {
            return journey.orUnknown(new SendResult.NotSent(SendResult.NotSent.Why.LANE_PAUSED));
        }
        return journey.orUnknown(deadLettered(journey, SendResult.DeadLettered.Why.DEADLINE));
    }

    private static SendResult deadLettered(Journey journey, SendResult.DeadLettered.Why why) {
        return new SendResult.DeadLettered(why, journey.lastResponse(), journey.attempts());
    }
}
