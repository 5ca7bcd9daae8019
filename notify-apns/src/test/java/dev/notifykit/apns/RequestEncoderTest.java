package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestEncoderTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.5Z");
    private static final RequestEncoder ENCODER =
            new RequestEncoder(Environment.PRODUCTION, null, InstantSource.fixed(NOW));

    private static Encoded.Ready ready(PushRequest request) {
        return (Encoded.Ready) ENCODER.encode(request);
    }

    private static Encoded.Ready ready(Notification notification) {
        return ready(Rig.request(notification));
    }

    private static void assertRefused(PushRequest request, String reason, String... inDetail) {
        assertThat(ENCODER.encode(request)).isInstanceOfSatisfying(Encoded.Refused.class, r -> {
            assertThat(r.response().reason()).isEqualTo(reason);
            assertThat(r.response().detail()).contains(inDetail);
        });
    }

    private static Notification alert(UnaryOperator<ApnsOptions.Builder> options) {
        return Notification.builder()
                .body("b")
                .options(options.apply(ApnsOptions.builder()).build())
                .build();
    }

    private static Notification background(UnaryOperator<ApnsOptions.Builder> options) {
        return Notification.builder()
                .background()
                .options(options.apply(ApnsOptions.builder()).build())
                .build();
    }

    private static PushRequest to(String address) {
        return PushRequest.of(Target.apns(Rig.APP, address), Notification.alert("t", "b"));
    }

    private static PushRequest.Builder builder(Notification notification) {
        return PushRequest.builder(Target.apns(Rig.APP, Rig.TOKEN), notification);
    }

    @Test
    void defaultsOfAnAlert() {
        PushRequest request = Rig.request();
        Encoded.Ready ready = ready(request);
        assertThat(ready.type()).isEqualTo(PushType.ALERT);
        assertThat(ready.priority()).isEqualTo(Priority.IMMEDIATE);
        assertThat(ready.topic()).isEqualTo(Rig.APP);
        assertThat(ready.collapseId()).isEqualTo(request.id().toString());
        assertThat(ready.payload()).contains("\"nk_id\":\"" + request.id() + "\"");
        assertThat(ready.requestTopic()).isFalse();
    }

    @Test
    void defaultsOfABackgroundPush() {
        Encoded.Ready ready = ready(Notification.builder().background().build());
        assertThat(ready.type()).isEqualTo(PushType.BACKGROUND);
        assertThat(ready.priority()).isEqualTo(Priority.CONSERVE_POWER);
        assertThat(ready.collapseId()).isNull();
        assertThat(ready.payload()).contains("nk_id");
    }

    @Test
    void withoutAStableId() {
        Encoded.Ready ready =
                ready(builder(Notification.alert("t", "b")).stableId(false).build());
        assertThat(ready.collapseId()).isNull();
        assertThat(ready.payload()).doesNotContain("nk_id");
    }

    @Test
    void anExpirationIsNeverZeroByAccident() {
        Notification n = Notification.alert("t", "b");
        Instant latest = NOW.plus(RequestEncoder.LONGEST_LIFE);
        Instant exact = Instant.parse("2026-11-21T13:00:00Z");
        assertThat(ready(n).expiration()).isEqualTo(latest);
        assertThat(ready(builder(n).expiresAt(exact).build()).expiration()).isEqualTo(exact);
        assertThat(ready(builder(n).expiresAt(exact.plusMillis(1)).build()).expiration())
                .as("rounded up")
                .isEqualTo(exact.plusSeconds(1));
        assertThat(ready(builder(n).expiresAt(Instant.MAX).build()).expiration())
                .isEqualTo(latest);
    }

    @Test
    void topics() {
        RequestEncoder own = new RequestEncoder(Environment.PRODUCTION, "com.acme.default", InstantSource.fixed(NOW));
        assertThat(((Encoded.Ready) own.encode(Rig.request())).topic()).isEqualTo("com.acme.default");
        Encoded.Ready voip = ready(alert(o -> o.pushType(PushType.VOIP)));
        assertThat(voip.topic()).isEqualTo(Rig.APP + ".voip");
        assertThat(voip.requestTopic()).isTrue();
        Encoded.Ready set = ready(alert(o -> o.topic("com.acme.other")));
        assertThat(set.topic()).isEqualTo("com.acme.other");
        assertThat(set.requestTopic()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(PushType.class)
    void everyTypeHasItsSuffix(PushType type) {
        boolean silent = type == PushType.BACKGROUND || type.reloads();
        Notification n = silent ? background(o -> o.pushType(type)) : alert(o -> o.pushType(type));
        assertThat(ready(n).topic()).isEqualTo(Rig.APP + type.topicSuffix());
        assertThat(ready(n).type().wire())
                .isEqualTo(type.name().toLowerCase(Locale.ROOT).replace("_", ""));
    }

    @Test
    void whatPushyHasNoWordsForTakesOurOwnWire() {
        for (PushType type : PushType.values()) {
            assertThat(type.pushy() == null).as(type.name()).isEqualTo(type.reloads());
        }
        assertThat(ready(alert(o -> o)).forPushy()).isTrue();
        assertThat(ready(alert(o -> o.priority(Priority.CONSERVE_POWER))).forPushy())
                .isTrue();
        assertThat(ready(alert(o -> o.priority(Priority.NEVER_WAKE))).forPushy())
                .isFalse();
        assertThat(ready(background(o -> o.pushType(PushType.WIDGETS))).forPushy())
                .isFalse();
    }

    @Test
    void whatOnlyReloadsSaysSo() {
        Notification n = background(o -> o.pushType(PushType.CONTROLS));
        PushRequest request = builder(n).stableId(false).build();
        assertThat(ready(request).payload()).isEqualTo("{\"aps\":{\"content-changed\":true}}");
        assertRefused(Rig.request(alert(o -> o.pushType(PushType.WIDGETS))), "INVALID_PUSH_TYPE", "WIDGETS");
    }

    @ParameterizedTest
    @CsvSource({
        "VOIP,com.acme.app",
        "VOIP,com.acme.app.voip-ptt",
        "LOCATION,com.acme.app.voip",
        "LIVE_ACTIVITY,com.acme.app",
        "ALERT,com.acme.app.voip",
        "ALERT,com.acme.app.push-type.liveactivity",
        "MDM,com.acme.app.complication"
    })
    void aTopicThatContradictsThePushType(PushType type, String topic) {
        assertRefused(Rig.request(alert(o -> o.pushType(type).topic(topic))), "INVALID_TOPIC", "topic:");
    }

    @Test
    void aBundleIdMayEndLikeASuffix() {
        PushRequest request =
                PushRequest.of(Target.apns("com.acme.voip", Rig.TOKEN), alert(o -> o.topic("com.acme.voip")));
        assertThat(ready(request).topic()).isEqualTo("com.acme.voip");
    }

    @Test
    void contradictions() {
        assertRefused(Rig.request(background(o -> o.priority(Priority.IMMEDIATE))), "INVALID_PRIORITY", "priority:");
        assertRefused(Rig.request(background(o -> o.priority(Priority.NEVER_WAKE))), "INVALID_PRIORITY", "priority:");
        for (PushType type : new PushType[] {PushType.LOCATION, PushType.LIVE_ACTIVITY}) {
            Notification never = alert(o -> o.pushType(type).priority(Priority.NEVER_WAKE));
            assertRefused(Rig.request(never), "INVALID_PRIORITY", type.name());
        }
        assertRefused(Rig.request(alert(o -> o.pushType(PushType.BACKGROUND))), "INVALID_PUSH_TYPE", "pushType:");
        assertRefused(Rig.request(background(o -> o.pushType(PushType.ALERT))), "INVALID_PUSH_TYPE", "pushType:");
        assertRefused(Rig.request(background(o -> o.mutableContent(true))), "INVALID_OPTIONS", "mutableContent");
        assertRefused(Rig.request(background(o -> o.relevanceScore(1))), "INVALID_OPTIONS", "relevanceScore");
    }

    @Test
    void foreignOptions() {
        ProviderOptions foreign = () -> ProviderId.APNS;
        Notification n = Notification.builder().title("t").options(foreign).build();
        assertRefused(Rig.request(n), "INVALID_OPTIONS", "ApnsOptions");
    }

    @Test
    void foreignTargets() {
        Notification n = Notification.alert("t", "b");
        assertRefused(PushRequest.of(Target.fcm(Rig.APP, Rig.TOKEN), n), "WRONG_TARGET", "target:");
        Target sandbox =
                new Target(Target.apns(Rig.APP, Rig.TOKEN).app(), ProviderId.APNS, Environment.SANDBOX, Rig.TOKEN);
        assertRefused(PushRequest.of(sandbox, n), "WRONG_TARGET", "PRODUCTION");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Résumé", "über", " a", "a ", "a\r\nb", "a\nb", "a\u0000", "\ud83d\ude00"})
    void collapseIds(String id) {
        PushRequest request =
                builder(Notification.alert("t", "b")).collapseId(id).build();
        if (id.equals("a")) {
            assertThat(ready(request).collapseId()).isEqualTo("a");
        } else {
            assertRefused(request, "INVALID_COLLAPSE_ID", "collapseId:", "64 bytes");
        }
    }

    @Test
    void collapseIdsHave64Bytes() {
        Notification n = Notification.alert("t", "b");
        assertThat(ready(builder(n).collapseId("x".repeat(64)).build()).collapseId())
                .hasSize(64);
        assertRefused(builder(n).collapseId("x".repeat(65)).build(), "INVALID_COLLAPSE_ID", "65 characters");
        assertRefused(builder(n).collapseId("").build(), "INVALID_COLLAPSE_ID", "0 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00FC13AD", "<00fc13ad>", "00fc 13ad", "<00FC 13ad> ", " 00fc13ad"})
    void tokensAreNormalised(String address) {
        assertThat(ready(to(address)).token()).isEqualTo("00fc13ad");
    }

    @Test
    void tokensMayHaveAnyLength() {
        assertThat(ready(to("ab")).token()).isEqualTo("ab");
        assertThat(ready(to("ab".repeat(2048))).token()).hasSize(4096);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../4/broadcasts",
                "ab/../cd",
                "abcd\r\nx: y",
                "abcd\n",
                "\ud83d\ude00\ud83d\ude00",
                "abc",
                "<>",
                "ab%20",
                "ab?x=1",
                "gg",
                "ab\u0000cd",
                "ａｂ",
                "\u0130a",
                "ab\tcd"
            })
    void hostileTokensAreRejectedAndNotRepeated(String address) {
        assertRefused(to(address), "INVALID_TOKEN", "address:");
        assertThat(((Encoded.Refused) ENCODER.encode(to(address))).response().detail())
                .matches("address: (character \\d+ of the device token is no hexadecimal digit"
                        + "|a device token has an even number of hexadecimal digits, this one has \\d+)");
    }

    @ParameterizedTest
    @CsvSource({"ALERT,4096", "VOIP,5120"})
    void sizesAreExact(PushType type, int limit) {
        int frame = size("", type);
        for (String unit : new String[] {"x", "é", "€", "\ud83d\ude00", "\""}) {
            int bytes = size(unit, type) - frame;
            int count = (limit - frame) / bytes;
            String fits = unit.repeat(count) + "x".repeat(limit - frame - count * bytes);
            assertThat(size(fits, type)).isEqualTo(limit);
            assertRefused(
                    Rig.request(sized(fits + "x", type)),
                    "PAYLOAD_TOO_LARGE",
                    String.valueOf(limit + 1),
                    "at most " + limit);
        }
    }

    private static Notification sized(String body, PushType type) {
        return Notification.builder()
                .body(body)
                .options(ApnsOptions.builder().pushType(type).build())
                .build();
    }

    private static int size(String body, PushType type) {
        return ready(sized(body, type)).payload().getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void hugeDataIsRejected() {
        Notification.Builder huge = Notification.builder().title("t");
        for (int i = 0; i < 2000; i++) {
            huge.data("key" + i, "v".repeat(1000));
        }
        assertRefused(Rig.request(huge.build()), "PAYLOAD_TOO_LARGE", "at most 4096");
    }

    @Test
    void textThatIsNoText() {
        assertRefused(Rig.request(Notification.alert("t", "half \ud83d")), "INVALID_TEXT", "body:", "surrogate");
        assertRefused(
                Rig.request(
                        Notification.builder().title("t").data("k", "\ude00").build()),
                "INVALID_TEXT",
                "data 'k'");
        assertThat(ready(Notification.alert("nul \u0000", "b")).payload()).contains("\\u0000");
    }

    @Test
    void theImagesKeyIsTaken() {
        Notification n = Notification.builder()
                .title("t")
                .image("https://acme.com/i.png")
                .data("nk_image", "v")
                .build();
        assertRefused(Rig.request(n), "INVALID_DATA", "nk_image");
    }

    @Test
    void showsNeitherTokenNorPayload() {
        assertThat(ready(Rig.request()).toString()).doesNotContain(Rig.TOKEN, "Hello", "world");
    }
}
