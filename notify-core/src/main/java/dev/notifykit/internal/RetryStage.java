package dev.notifykit.internal;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.push.PushResponse;
import dev.notifykit.retry.RetryDecision;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/** Stage (5): asks the journey's policy what follows from an answer. */
final class RetryStage {

    private final TimeSource time;
    private final DoubleSupplier random;

    RetryStage(TimeSource time, DoubleSupplier random) {
        this.time = time;
        this.random = random;
    }

    RetryDecision decide(Journey journey, PushResponse response) {
        if (response instanceof PushResponse.Accepted) {
            return new RetryDecision.End();
        }
        Instant expiresAt = journey.expiresAt();
        return journey.retryPolicy()
                .decide(
                        response,
                        journey.attempts(),
                        Duration.ofNanos(time.nanoTime() - journey.startNanos()),
                        expiresAt == null ? null : Duration.between(time.now(), expiresAt),
                        journey.unknownPolicy(),
                        random.getAsDouble());
    }
}
