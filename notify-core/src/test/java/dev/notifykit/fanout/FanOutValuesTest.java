package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FanOutValuesTest {

    private static final FanOutId ID = FanOutId.of("sale");
    private static final Notification HELLO = Notification.alert("Hello", "World");

    @Test
    void specsAreEqualOnlyIfAllOfThemIs() {
        assertThat(spec(b -> b)).isEqualTo(spec(b -> b)).hasSameHashCodeAs(spec(b -> b));
        List<UnaryOperator<FanOutSpec.Builder>> changes = List.of(
                b -> b.parameters(Map.of("segment", "a")),
                b -> b.urgency(Urgency.URGENT),
                b -> b.expiresAt(Instant.EPOCH),
                b -> b.collapseId("c"),
                b -> b.stableId(false),
                b -> b.delivery(FanOutSpec.Delivery.AT_MOST_ONCE),
                b -> b.retryPolicy(RetryPolicy.none()),
                b -> b.unknownPolicy(UnknownPolicy.REPORT));
        for (UnaryOperator<FanOutSpec.Builder> change : changes) {
            assertThat(spec(change)).isNotEqualTo(spec(b -> b)).isEqualTo(spec(change));
        }
        assertThat(FanOutSpec.builder(ID, "other", HELLO).build()).isNotEqualTo(spec(b -> b));
        assertThat(FanOutSpec.builder(ID, "h", Notification.alert("Bye", "World"))
                        .build())
                .isNotEqualTo(spec(b -> b));
    }

    @Test
    void atMostOnceNeverRepeatsWhatMayHaveArrived() {
        FanOutSpec spec =
                spec(b -> b.unknownPolicy(UnknownPolicy.RETRY_COLLAPSED).delivery(FanOutSpec.Delivery.AT_MOST_ONCE));

        assertThat(spec.unknownPolicy()).isEqualTo(UnknownPolicy.REPORT);
        assertThat(spec(b -> b).unknownPolicy()).isEqualTo(UnknownPolicy.RETRY_COLLAPSED);
    }

    @Test
    void aSpecKeepsACopyOfItsParameters() {
        Map<String, String> parameters = new HashMap<>(Map.of("a", "1"));
        FanOutSpec spec = spec(b -> b.parameters(parameters));
        parameters.put("b", "2");

        assertThat(spec.parameters()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void buildersSayAllThatIsWrong() {
        assertThatThrownBy(
                        () -> FanOutSpec.builder(ID, " ", HELLO).collapseId(" ").build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(2));
        assertThatThrownBy(() -> FanOutHandler.builder(" ").build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void aHandlerRendersOnlyIfItHasARenderer() {
        AudienceRow row = new AudienceRow("k", Target.fcm("a", "t"), "de", null, Map.of("name", "Anna"));
        FanOutHandler.Builder builder =
                FanOutHandler.builder("h").audience(Audience.of(List.of(row))).lanes(LaneKey.of("a", ProviderId.FCM));

        assertThat(builder.build().render(HELLO, row)).isSameAs(HELLO);
        assertThat(builder.renderer((n, r) ->
                                Notification.alert("Hello " + r.fields().get("name"), "World"))
                        .build()
                        .render(HELLO, row))
                .isEqualTo(Notification.alert("Hello Anna", "World"));
        assertThat(builder.build().sink()).isEmpty();
    }

    @Test
    void progressAddsUp() {
        FanOutProgress half = progress(FanOutState.RUNNING, false, 20L, 2.5);

        assertThat(half.done()).isEqualTo(5);
        assertThat(half.pending()).isEqualTo(5);
        assertThat(half.isConserved()).isTrue();
        assertThat(half.count(Kind.ACCEPTED)).isEqualTo(4);
        assertThat(half.count(Kind.EXPIRED)).isZero();
        assertThat(half.total()).hasValue(20);
        assertThat(half.eta()).contains(Duration.ofSeconds(6));
        assertThat(progress(FanOutState.RUNNING, true, 20L, 2.5).total()).hasValue(10);
        assertThat(progress(FanOutState.RUNNING, false, 3L, 2.5).total())
                .as("at least what was read")
                .hasValue(10);
        assertThat(progress(FanOutState.RUNNING, false, null, 2.5).total()).isEmpty();
        assertThat(progress(FanOutState.RUNNING, false, null, 2.5).eta()).isEmpty();
        assertThat(progress(FanOutState.RUNNING, true, null, 0).eta()).isEmpty();
        assertThat(progress(FanOutState.COMPLETED, true, null, 2.5).eta()).isEmpty();
    }

    private static FanOutProgress progress(FanOutState state, boolean read, @Nullable Long estimated, double rate) {
        return new FanOutProgress(
                ID, state, null, 10, Map.of(Kind.ACCEPTED, 4L, Kind.REJECTED, 1L), 3, 2, read, estimated, 0, rate);
    }

    private static FanOutSpec spec(UnaryOperator<FanOutSpec.Builder> change) {
        return change.apply(FanOutSpec.builder(ID, "h", HELLO)).build();
    }
}
