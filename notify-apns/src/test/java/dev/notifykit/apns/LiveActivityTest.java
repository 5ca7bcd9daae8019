package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is said of a Live Activity, to one device. */
class LiveActivityTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private static Notification.Builder with(LiveActivity.Builder activity, Notification.Builder n) {
        return n.options(ApnsOptions.builder()
                .liveActivity(activity.timestamp(NOW).build())
                .build());
    }

    private static PushRequest request(Notification.Builder n) {
        return PushRequest.builder(Target.apns(Rig.APP, Rig.TOKEN), n.build())
                .stableId(false)
                .build();
    }

    @Test
    void anUpdateWithoutAnAlert() {
        try (Rig rig = Rig.start()) {
            Notification.Builder n = with(
                    LiveActivity.update("{\"score\":[1, 2],\"who\":\"\u00e9\"}").staleDate(NOW.plusSeconds(60)),
                    Notification.builder().background().data("k", "v"));
            assertThat(rig.push(request(n))).isInstanceOf(Accepted.class);
            assertThat(rig.seen().header("apns-push-type")).isEqualTo("liveactivity");
            assertThat(rig.seen().header("apns-topic")).isEqualTo(Rig.APP + ".push-type.liveactivity");
            assertThat(rig.seen().header("apns-priority")).isEqualTo("10");
            assertThat(rig.seen().body())
                    .isEqualTo("{\"aps\":{\"timestamp\":1700000000,\"event\":\"update\",\"content-state\":"
                            + "{\"score\":[1, 2],\"who\":\"\u00e9\"},\"stale-date\":1700000060},\"k\":\"v\"}");
        }
    }

    @Test
    void aStartWithAChannel() {
        try (Rig rig = Rig.start()) {
            Notification.Builder n = with(
                    LiveActivity.start("Match", "{\"home\":\"A\"}", "{}").inputChannel("dHN0LXNyY2gtY2hubA=="),
                    Notification.builder()
                            .title(Text.localized("starts", "A"))
                            .body("now")
                            .sound("s.caf"));
            assertThat(rig.push(request(n))).isInstanceOf(Accepted.class);
            assertThat(rig.seen().body())
                    .isEqualTo("{\"aps\":{\"timestamp\":1700000000,\"event\":\"start\",\"content-state\":{},"
                            + "\"attributes-type\":\"Match\",\"attributes\":{\"home\":\"A\"},"
                            + "\"input-push-channel\":\"dHN0LXNyY2gtY2hubA==\","
                            + "\"alert\":{\"title\":{\"loc-key\":\"starts\",\"loc-args\":[\"A\"]},\"body\":\"now\","
                            + "\"sound\":\"s.caf\"}}}");
        }
    }

    @Test
    void anEnd() {
        try (Rig rig = Rig.start()) {
            Notification.Builder n = with(
                    LiveActivity.end().dismissalDate(NOW),
                    Notification.builder().background());
            assertThat(rig.push(request(n))).isInstanceOf(Accepted.class);
            assertThat(rig.seen().body())
                    .isEqualTo("{\"aps\":{\"timestamp\":1700000000,\"event\":\"end\",\"dismissal-date\":1700000000}}");
        }
    }

    @Test
    void whatIsWrongNeverLeaves() {
        try (Rig rig = Rig.start()) {
            Notification.Builder silent = with(
                    LiveActivity.start("T", "{}", "{}"), Notification.builder().background());
            assertThat(rig.push(request(silent)))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.reason()).isEqualTo("INVALID_OPTIONS"));
            Notification.Builder half = with(
                    LiveActivity.update("{\"a\":\"\ud83d\"}"),
                    Notification.builder().background());
            assertThat(rig.push(request(half)))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.detail()).startsWith("contentState:"));
            Notification.Builder large = with(
                    LiveActivity.update("{\"a\":\"" + "\u00e9".repeat(2_100) + "\"}"),
                    Notification.builder().background());
            assertThat(rig.push(request(large)))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.reason()).isEqualTo("PAYLOAD_TOO_LARGE"));
            assertThat(rig.apns().traffic().requests()).isZero();
        }
    }

    @Test
    void problemsAreNamedTogether() {
        assertThatThrownBy(() -> LiveActivity.start(" ", "[]", "{\"secret\":")
                        .dismissalDate(NOW)
                        .inputChannel("a b")
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(5).noneMatch(problem -> problem.contains("secret")));
        assertThatThrownBy(() -> LiveActivity.update("{}").inputChannel("YQ==").build())
                .hasMessageContaining("inputChannel");
        assertThatThrownBy(() -> ApnsOptions.builder()
                        .pushType(PushType.ALERT)
                        .liveActivity(LiveActivity.update("{}").build())
                        .build())
                .hasMessageContaining("pushType");
    }

    @Test
    void valuesAreEqualAndShowNoContent() {
        LiveActivity.Builder builder = LiveActivity.update("{\"secret\":1}").timestamp(NOW);
        assertThat(builder.build()).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
        assertThat(builder.build()).isNotEqualTo(builder.staleDate(NOW).build());
        assertThat(builder.build()).hasToString("LiveActivity[UPDATE]");
        assertThat(LiveActivity.end().build().timestamp()).isBeforeOrEqualTo(Instant.now());
    }
}
