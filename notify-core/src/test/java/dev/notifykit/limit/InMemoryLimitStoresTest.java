package dev.notifykit.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The bounds of the stores in memory; what every store keeps is tested by the contracts. */
class InMemoryLimitStoresTest {

    private static final DeviceCap HOURLY = new DeviceCap(1, Duration.ofHours(1));
    private static final DeviceCap SHORT = new DeviceCap(1, Duration.ofSeconds(1));

    private final ManualTime time = ManualTime.create();

    private static Reservation attempt(int device) {
        return Reservation.of(Target.apns("app", "phone-" + device), RequestId.random());
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void assertUnavailable(CompletionStage<?> stage, String why) {
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .hasCauseInstanceOf(LimitUnavailableException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFullCapStoreSaysSoAndForgetsNobody() {
        CapStore store = new InMemoryCapStore(time, 3);
        for (int device = 0; device < 3; device++) {
            assertThat(answer(store.reserve(attempt(device), HOURLY))).isTrue();
        }
        assertUnavailable(store.reserve(attempt(3), HOURLY), "full");
        assertThat(answer(store.reserve(attempt(0), HOURLY))).isFalse();
        time.advance(HOURLY.window());

        assertThat(answer(store.reserve(attempt(3), HOURLY))).isTrue();
        assertThat(store.toString()).isEqualTo("InMemoryCapStore[1 of 3 devices]");
    }

    @Test
    void whatIsOverMakesRoomAlsoBehindWhatIsNot() {
        CapStore store = new InMemoryCapStore(time, 20);
        for (int device = 0; device < 20; device++) {
            answer(store.reserve(attempt(device), device < 15 ? HOURLY : SHORT));
        }
        assertUnavailable(store.reserve(attempt(20), HOURLY), "full");
        time.advance(SHORT.window());

        assertThat(answer(store.reserve(attempt(20), HOURLY))).isTrue();
        assertThat(answer(store.reserve(attempt(0), HOURLY))).isFalse();
    }

    @Test
    void aRefundThatLeavesNothingMakesRoom() {
        CapStore store = new InMemoryCapStore(time, 1);
        Reservation place = attempt(0);
        answer(store.reserve(place, HOURLY));
        assertThat(answer(store.refund(place))).isTrue();

        assertThat(answer(store.reserve(attempt(1), HOURLY))).isTrue();
    }

    @Test
    void aFullRateStoreForgetsWhatNobodyAsksFor() {
        RateStore store = new InMemoryRateStore(time);
        for (int i = 0; i < InMemoryRateStore.MAX_RATES; i++) {
            answer(store.take(new RateAsk("rate-" + i, 1, "me", 1, 1)));
        }
        assertUnavailable(store.take(new RateAsk("one more", 1, "me", 1, 1)), "full");
        assertThat(answer(store.take(new RateAsk("rate-1", 1, "me", 2, 1))).permits())
                .isZero();
        time.advance(RateStore.PRESENCE);

        assertThat(answer(store.take(new RateAsk("one more", 1, "me", 1, 1))).permits())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new RateAsk("", 1, "me", 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateAsk("rate", 1, "x".repeat(513), 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        for (double perSecond : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1_000_001}) {
            assertThatThrownBy(() -> new RateAsk("rate", perSecond, "me", 1, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new RateAsk("rate", 1, "me", 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateAsk("rate", 1, "me", 1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceCap(1_001, Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceCap(1, Duration.ofDays(32))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InMemoryCapStore(time, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReservationDoesNotShowItsAddress() {
        assertThat(attempt(7).toString()).doesNotContain("phone");
    }
}
