package dev.notifykit.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.retry.RetryDecision.End;
import dev.notifykit.retry.RetryDecision.GiveUp;
import dev.notifykit.retry.RetryDecision.GiveUp.Limit;
import dev.notifykit.retry.RetryDecision.Hold;
import dev.notifykit.retry.RetryDecision.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final PushResponse BUSY = new Unavailable(Unavailable.Cause.SERVER_ERROR, "503");
    private static final PushResponse LOST = new Unknown(Unknown.Cause.CONNECTION_LOST, "reset");

    private final RetryPolicy policy = RetryPolicy.builder()
            .maxAttempts(4)
            .firstBackoff(Duration.ofSeconds(1))
            .maxBackoff(Duration.ofSeconds(3))
            .totalDeadline(Duration.ofMinutes(1))
            .maxRetryAfter(Duration.ofSeconds(40))
            .build();

    @Test
    void aProvidersWordIsTheEnd() {
        for (PushResponse response : List.of(
                new PushResponse.Accepted("1"),
                new PushResponse.TokenInvalid("Unregistered", null),
                new PushResponse.Rejected("BadTopic", "topic"))) {
            assertThat(decide(response, 1, 0, null, 0.5)).as("%s", response).isEqualTo(new End());
        }
    }

    @Test
    void aWrongSenderIsWaitedForHoweverLongItTakes() {
        PushResponse wrong = new PushResponse.Misconfigured("InvalidProviderToken", "key");

        assertThat(decide(wrong, 99, 9_999, Duration.ZERO, 0.5)).isEqualTo(new Hold());
        assertThat(RetryPolicy.none().decide(wrong, 1, Duration.ZERO, null, UnknownPolicy.REPORT, 0))
                .isEqualTo(new Hold());
    }

    @Test
    void waitsLongerAfterEachAttempt() {
        assertThat(decide(BUSY, 1, 0, null, 0.5)).isEqualTo(retry(500));
        assertThat(decide(BUSY, 2, 0, null, 0.5)).isEqualTo(retry(1_000));
        assertThat(decide(BUSY, 3, 0, null, 0.5)).isEqualTo(retry(1_500));
    }

    @Test
    void endsWhenTheAttemptsAreUsedUp() {
        assertThat(decide(BUSY, 4, 0, null, 0)).isEqualTo(new GiveUp(Limit.ATTEMPTS));
        assertThat(decide(BUSY, 5, 0, null, 0)).isEqualTo(new GiveUp(Limit.ATTEMPTS));
    }

    @Test
    void aVendorsAdviceIsAFloorAndIsClamped() {
        assertThat(decide(throttled(10), 1, 0, null, 0)).isEqualTo(retry(10_000));
        assertThat(decide(throttled(10), 1, 0, null, 0.5))
                .as("jitter on top, so that they do not all come back together")
                .isEqualTo(retry(10_500));
        assertThat(decide(throttled(1_000_000_000), 1, 0, null, 0)).isEqualTo(retry(40_000));
        assertThat(decide(throttled(0), 1, 0, null, 0.5)).isEqualTo(retry(500));
        assertThat(decide(throttled(-5), 1, 0, null, 0.5)).isEqualTo(retry(500));
        assertThat(decide(new Unavailable(Unavailable.Cause.SERVER_ERROR, "503", Duration.ofSeconds(7)), 1, 0, null, 0))
                .isEqualTo(retry(7_000));
        assertThat(decide(new Unknown(Unknown.Cause.SERVER_ERROR, "503", Duration.ofSeconds(7)), 1, 0, null, 0))
                .isEqualTo(retry(7_000));
    }

    @Test
    void endsAtTheTotalDeadline() {
        assertThat(decide(BUSY, 1, 59, null, 0.999)).isInstanceOf(Retry.class);
        assertThat(decide(throttled(1), 1, 59, null, 0)).as("just in time").isEqualTo(retry(1_000));
        assertThat(decide(throttled(1), 1, 59, null, 0.001)).isEqualTo(new GiveUp(Limit.DEADLINE));
        assertThat(decide(BUSY, 1, 3_600, null, 0)).isEqualTo(new GiveUp(Limit.DEADLINE));
    }

    @Test
    void endsWhenItWouldExpireBeforeTheNextAttempt() {
        assertThat(decide(throttled(5), 1, 0, Duration.ofSeconds(5), 0)).isEqualTo(new GiveUp(Limit.EXPIRY));
        assertThat(decide(throttled(5), 1, 0, Duration.ofMillis(5_001), 0)).isEqualTo(retry(5_000));
        assertThat(decide(BUSY, 1, 0, Duration.ZERO, 0)).isEqualTo(new GiveUp(Limit.EXPIRY));
        assertThat(decide(BUSY, 1, 0, Duration.ofSeconds(-1), 0)).isEqualTo(new GiveUp(Limit.EXPIRY));
    }

    @Test
    void whatMayHaveArrivedIsTriedAgainOnlyIfThatIsWanted() {
        assertThat(decide(LOST, 1, 0, null, 0.5)).isEqualTo(retry(500));
        assertThat(policy.decide(LOST, 1, Duration.ZERO, null, UnknownPolicy.REPORT, 0.5))
                .isEqualTo(new End());
        assertThat(policy.decide(BUSY, 1, Duration.ZERO, null, UnknownPolicy.REPORT, 0.5))
                .as("surely not accepted")
                .isEqualTo(retry(500));
    }

    @Test
    void noneMakesOneAttempt() {
        assertThat(RetryPolicy.none().maxAttempts()).isOne();
        assertThat(RetryPolicy.none().decide(BUSY, 1, Duration.ZERO, null, UnknownPolicy.RETRY_COLLAPSED, 0))
                .isEqualTo(new GiveUp(Limit.ATTEMPTS));
    }

    @Test
    void decidesAsTheRulesSayWhateverIsAsked() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Duration first = Duration.ofMillis(1 + random.nextInt(5_000));
            Duration cap = first.plusMillis(random.nextInt(900_000));
            Duration deadline = Duration.ofMillis(1 + random.nextInt(3_600_000));
            Duration maxRetryAfter = Duration.ofMillis(1 + random.nextInt(600_000));
            int maxAttempts = 1 + random.nextInt(12);
            RetryPolicy any = RetryPolicy.builder()
                    .maxAttempts(maxAttempts)
                    .firstBackoff(first)
                    .maxBackoff(cap)
                    .totalDeadline(deadline)
                    .maxRetryAfter(maxRetryAfter)
                    .build();
            Duration retryAfter = random.nextInt(3) == 0 ? null : Duration.ofMillis(random.nextInt(900_000) - 1_000);
            PushResponse response = switch (random.nextInt(3)) {
                case 0 -> new Throttled("TooManyRequests", retryAfter, Throttled.Scope.SENDER);
                case 1 -> new Unavailable(Unavailable.Cause.SERVER_ERROR, "503", retryAfter);
                default -> new Unknown(Unknown.Cause.TIMEOUT, "timeout", retryAfter);
            };
            int attempt = 1 + random.nextInt(14);
            Duration elapsed = Duration.ofMillis(random.nextInt(4_000_000));
            Duration remaining = random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(2_000_000) - 1_000);
            UnknownPolicy unknown = UnknownPolicy.values()[random.nextInt(2)];

            RetryDecision decision = any.decide(response, attempt, elapsed, remaining, unknown, random.nextDouble());

            Duration least =
                    retryAfter == null || retryAfter.isNegative() ? Duration.ZERO : min(retryAfter, maxRetryAfter);
            Duration bound = min(cap, first.multipliedBy(1L << (attempt - 1)));
            Duration most = least.plus(bound);
            String asked = "seed " + seed + ", question " + i + ": " + decision;
            if (response instanceof Unknown && unknown == UnknownPolicy.REPORT) {
                assertThat(decision).as(asked).isEqualTo(new End());
            } else if (attempt >= maxAttempts) {
                assertThat(decision).as(asked).isEqualTo(new GiveUp(Limit.ATTEMPTS));
            } else if (decision instanceof Retry retry) {
                assertThat(retry.delay()).as(asked).isBetween(least, most);
                assertThat(elapsed.plus(retry.delay())).as(asked).isLessThanOrEqualTo(deadline);
                assertThat(remaining == null || retry.delay().compareTo(remaining) < 0)
                        .as(asked)
                        .isTrue();
            } else if (decision.equals(new GiveUp(Limit.EXPIRY))) {
                assertThat(remaining).as(asked).isNotNull().isLessThanOrEqualTo(most);
            } else {
                assertThat(decision).as(asked).isEqualTo(new GiveUp(Limit.DEADLINE));
                assertThat(elapsed.plus(most)).as(asked).isGreaterThan(deadline);
            }
        }
    }

    @Test
    void sameQuestionSameAnswer() {
        assertThat(decide(throttled(3), 2, 7, Duration.ofSeconds(50), 0.25))
                .isEqualTo(decide(throttled(3), 2, 7, Duration.ofSeconds(50), 0.25));
    }

    @Test
    void isAValue() {
        assertThat(RetryPolicy.builder().build()).isEqualTo(RetryPolicy.defaults());
        assertThat(RetryPolicy.builder().build()).hasSameHashCodeAs(RetryPolicy.defaults());
        assertThat(RetryPolicy.defaults()).isNotEqualTo(RetryPolicy.none()).isNotEqualTo(policy);
        assertThat(RetryPolicy.defaults().maxAttempts()).isEqualTo(RetryPolicy.DEFAULT_MAX_ATTEMPTS);
        assertThat(RetryPolicy.defaults().totalDeadline()).isEqualTo(RetryPolicy.DEFAULT_TOTAL_DEADLINE);
    }

    @Test
    void saysAllThatIsWrongWithABuilder() {
        assertThatThrownBy(() -> RetryPolicy.builder()
                        .maxAttempts(0)
                        .firstBackoff(Duration.ofSeconds(2))
                        .maxBackoff(Duration.ofSeconds(1))
                        .totalDeadline(Duration.ZERO)
                        .maxRetryAfter(Duration.ofDays(366))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                                .containsExactlyInAnyOrder(
                                        "maxAttempts", "totalDeadline", "maxRetryAfter", "maxBackoff"));
    }

    private RetryDecision decide(
            PushResponse response, int attempt, int elapsedSeconds, @Nullable Duration remaining, double random) {
        return policy.decide(
                response,
                attempt,
                Duration.ofSeconds(elapsedSeconds),
                remaining,
                UnknownPolicy.RETRY_COLLAPSED,
                random);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static PushResponse throttled(int seconds) {
        return new Throttled("TooManyRequests", Duration.ofSeconds(seconds), Throttled.Scope.SENDER);
    }

    private static RetryDecision retry(long millis) {
        return new Retry(Duration.ofMillis(millis));
    }
}
