package dev.notifykit.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** No token of a window with an abnormal share of dead ones is given up; every other one is. */
class DeadTokenGuardTest {

    private static final PushResponse OK = new PushResponse.Accepted("");
    private static final PushResponse.TokenInvalid DEAD = new PushResponse.TokenInvalid("BadDeviceToken", null);
    private static final long LATER = TimeUnit.SECONDS.toNanos(31);

    private final DeadTokenGuard guard = new DeadTokenGuard(0.5);

    private static DeadTokenGuard.Verdict verdict(String token) {
        return new DeadTokenGuard.Verdict(Target.apns("app", token), DEAD, Instant.EPOCH);
    }

    private boolean dead(String token) {
        boolean abnormal = guard.isAbnormalWith(DEAD);
        if (!abnormal) {
            guard.add(verdict(token), 0);
        }
        return abnormal;
    }

    @Test
    void aVerdictIsReleasedAfterTheWindowBehindIt() {
        dead("a");
        for (int i = 0; i < 199; i++) {
            assertThat(guard.isAbnormalWith(OK)).isFalse();
        }
        assertThat(guard.due(0)).isEmpty();
        guard.isAbnormalWith(OK);
        assertThat(guard.due(0)).containsExactly(verdict("a"));
        assertThat(guard.due(0)).isEmpty();
    }

    @Test
    void onAQuietLaneTimeReleasesIt() {
        dead("a");
        assertThat(guard.due(TimeUnit.SECONDS.toNanos(29))).isEmpty();
        assertThat(guard.nextNanos(0)).isEqualTo(TimeUnit.SECONDS.toNanos(30));
        assertThat(guard.due(LATER)).containsExactly(verdict("a"));
    }

    @Test
    void whenHalfOfTheWindowIsDeadNothingOfItIsReleased() {
        for (int i = 0; i < 100; i++) {
            guard.isAbnormalWith(OK);
        }
        for (int i = 0; i < 99; i++) {
            assertThat(dead("t" + i)).isFalse();
        }
        assertThat(dead("the hundredth")).isTrue();
        assertThat(guard.due(LATER)).isEmpty();
        assertThat(guard.rest()).isEmpty();
    }

    @Test
    void aWindowThatIsOnItsWayToAbnormalIsNotReleasedByTime() {
        for (int i = 0; i < 20; i++) {
            dead("t" + i);
        }
        assertThat(guard.due(LATER)).isEmpty();
        assertThat(guard.nextNanos(LATER)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTimestampIsTheVendorsSureWord() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(guard.isAbnormalWith(new PushResponse.TokenInvalid("Unregistered", Instant.EPOCH)))
                    .isFalse();
        }
        for (int i = 0; i < 99; i++) {
            assertThat(guard.isAbnormalWith(new PushResponse.Rejected("SENDER_ID_MISMATCH", "", true)))
                    .isFalse();
        }
        assertThat(guard.isAbnormalWith(new PushResponse.Rejected("SENDER_ID_MISMATCH", "", true)))
                .isTrue();
    }
}
