package dev.notifykit.internal.message;

import dev.notifykit.push.PushResponse;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.result.SendResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes a dead letter of what was given up. */
public final class LetterOf {

    private LetterOf() {}

    /**
     * What is kept of a delivery that was given up.
     *
     * @param delivery what was to be sent
     * @param dead how it ended
     * @param at when
     * @return its letter
     */
    public static DeadLetter delivery(Delivery delivery, SendResult.DeadLettered dead, Instant at) {
        PushResponse last = dead.lastResponse();
        return new DeadLetter(
                DeadLetter.Id.of(delivery.id()),
                switch (dead.why()) {
                    case ATTEMPTS -> DeadLetter.Why.ATTEMPTS;
                    case DEADLINE -> DeadLetter.Why.DEADLINE;
                    case POISON -> DeadLetter.Why.POISON;
                },
                delivery,
                last == null ? null : reason(last),
                dead.attempts(),
                at);
    }

    private static @Nullable String reason(PushResponse response) {
        if (response instanceof PushResponse.Throttled throttled) {
            return throttled.reason();
        } else if (response instanceof PushResponse.Unavailable unavailable) {
            return unavailable.reason();
        } else if (response instanceof PushResponse.Unknown unknown) {
            return unknown.reason();
        } else if (response instanceof PushResponse.Misconfigured wrong) {
            return wrong.reason();
        }
        return null;
    }
}
