package dev.notifykit.internal.lane;

import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.push.PushResponse;
import dev.notifykit.time.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Stops a lane whose vendor is down, so that its requests wait instead of burning their attempts. Fed classified responses: a dead
 * token or a wrong request is no failure of the vendor, and a connection that ends, which may take a thousand streams with
 * it, is not either.
 */
final class Breaker {

    private static final int WINDOW = 100;
    private static final int PROBES = 10;

    private final CircuitBreaker breaker;

    Breaker(String name, LaneLimits limits, TimeSource time) {
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW, WINDOW / 2, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold((float) (limits.breakerShare() * 100))
                        .waitDurationInOpenState(limits.breakerOpen())
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .recordResult(Breaker::isFailure)
                        .clock(new WallClock(time))
                        .currentTimestampFunction(clock -> time.nanoTime(), TimeUnit.NANOSECONDS)
                        .writableStackTraceEnabled(false)
                        .build());
    }

    private static boolean isFailure(Object response) {
        return response instanceof PushResponse.Unavailable || response instanceof PushResponse.Unknown;
    }

    /** Whether an attempt may begin; if so, {@link #answered} must follow. */
    boolean tryBegin() {
        return breaker.tryAcquirePermission();
    }

    /** The attempt that was permitted was not made. */
    void notMade() {
        breaker.releasePermission();
    }

    void answered(PushResponse response) {
        if (isNeutral(response)) {
            breaker.releasePermission();
        } else {
            breaker.onResult(0, TimeUnit.NANOSECONDS, response);
        }
    }

    /** Says nothing about the vendor's health, neither way. */
    private static boolean isNeutral(PushResponse response) {
        return response instanceof PushResponse.Unknown unknown
                ? unknown.cause() == PushResponse.Unknown.Cause.CONNECTION_LOST
                : response instanceof PushResponse.Unavailable unavailable
                        && (unavailable.cause() == PushResponse.Unavailable.Cause.CREDENTIAL_STALE
                                || unavailable.cause() == PushResponse.Unavailable.Cause.REFUSED);
    }

    LaneState.Breaker state() {
        return switch (breaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> LaneState.Breaker.CLOSED;
            case HALF_OPEN -> LaneState.Breaker.HALF_OPEN;
            case OPEN, FORCED_OPEN -> LaneState.Breaker.OPEN;
        };
    }

    private static final class WallClock extends Clock {

        private final TimeSource time;

        WallClock(TimeSource time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            return time.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
