package dev.notifykit.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaneValuesTest {

    @Test
    void aLaneIsNamedByItsTargets() {
        Target target = new Target(AppId.of("com.acme.app"), ProviderId.APNS, Environment.SANDBOX, "secret-token-1234");

        assertThat(LaneKey.of(target)).hasToString("com.acme.app/apns/SANDBOX");
        assertThat(LaneKey.of(Target.fcm("com.acme.app", "t"))).isEqualTo(LaneKey.of("com.acme.app", ProviderId.FCM));
    }

    @Test
    void limitsHaveDefaults() {
        LaneLimits limits = LaneLimits.defaults();

        assertThat(limits.maxHeld()).isEqualTo(LaneLimits.DEFAULT_MAX_HELD);
        assertThat(limits.maxInFlight()).isEmpty();
        assertThat(limits.ratePerSecond()).isZero();
        assertThat(limits.whenFull()).isEqualTo(Admission.reject());
        assertThat(limits.attemptTimeout()).isEqualTo(LaneLimits.DEFAULT_ATTEMPT_TIMEOUT);
        assertThat(limits.retryShare()).isEqualTo(LaneLimits.DEFAULT_RETRY_SHARE);
        assertThat(limits.retriesPerSecond()).isEqualTo(LaneLimits.DEFAULT_RETRIES_PER_SECOND);
        assertThat(limits.breakerShare()).isEqualTo(LaneLimits.DEFAULT_BREAKER_SHARE);
        assertThat(limits.breakerOpen()).isEqualTo(LaneLimits.DEFAULT_BREAKER_OPEN);
        assertThat(limits.probeInterval()).isEqualTo(LaneLimits.DEFAULT_PROBE_INTERVAL);
        assertThat(limits.deadTokenShare()).isEqualTo(LaneLimits.DEFAULT_DEAD_TOKEN_SHARE);
    }

    @Test
    void limitsCanAllBeSet() {
        LaneLimits limits = LaneLimits.builder()
                .maxHeld(1)
                .maxInFlight(2)
                .ratePerSecond(0.5)
                .whenFull(Admission.block(Duration.ofSeconds(3)))
                .attemptTimeout(Duration.ofSeconds(4))
                .retryBudget(0, 5)
                .breaker(1, Duration.ofSeconds(6))
                .probeInterval(Duration.ofSeconds(7))
                .deadTokenShare(1.5)
                .build();

        assertThat(limits.maxHeld()).isEqualTo(1);
        assertThat(limits.maxInFlight()).hasValue(2);
        assertThat(limits.ratePerSecond()).isEqualTo(0.5);
        assertThat(limits.whenFull().timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(limits.attemptTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(limits.retryShare()).isZero();
        assertThat(limits.retriesPerSecond()).isEqualTo(5);
        assertThat(limits.breakerShare()).isEqualTo(1);
        assertThat(limits.breakerOpen()).isEqualTo(Duration.ofSeconds(6));
        assertThat(limits.probeInterval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(limits.deadTokenShare()).isEqualTo(1.5);
    }

    @Test
    void saysAllThatIsWrongWithLimits() {
        assertThatThrownBy(() -> LaneLimits.builder()
                        .maxHeld(0)
                        .maxInFlight(-1)
                        .ratePerSecond(Double.NaN)
                        .attemptTimeout(Duration.ZERO)
                        .retryBudget(-0.1, 0)
                        .breaker(0, Duration.ofSeconds(-1))
                        .probeInterval(Duration.ZERO)
                        .deadTokenShare(0)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                                .containsExactlyInAnyOrder(
                                        "maxHeld",
                                        "maxInFlight",
                                        "ratePerSecond",
                                        "retryBudget",
                                        "retryBudget",
                                        "breaker",
                                        "deadTokenShare",
                                        "attemptTimeout",
                                        "breaker",
                                        "probeInterval"));
    }

    @Test
    void admissionWaitsForATimeOrNotAtAll() {
        assertThat(Admission.reject().timeout()).isNull();
        assertThatThrownBy(() -> Admission.block(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Admission.block(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusalSaysWhy() {
        NotAdmittedException full = new NotAdmittedException(NotAdmittedException.Why.LANE_FULL, "10000 are held");

        assertThat(full.why()).isEqualTo(NotAdmittedException.Why.LANE_FULL);
        assertThat(full).hasMessage("10000 are held");
    }
}
