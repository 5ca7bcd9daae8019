package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Apple refuses is refused, with Apple's status and reason; what Apple takes is taken. */
class ApnsRulesTest {
    private static ApnsSimulator apns;
    private static RawClient client;
    private static String bearer;

    @BeforeAll
    static void start() throws Exception {
        apns = ApnsSimulator.builder().bundleIds("com.acme.app").start();
        client = new RawClient(apns.port(), apns.certificates());
        bearer = ApnsRequest.bearer(apns);
    }

    @AfterAll
    static void stop() {
        client.close();
        apns.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                spoiled("wrong path", 404, "BadPath", h -> h.path("/2/device/" + ApnsRequest.TOKEN)),
                spoiled("wrong method", 405, "MethodNotAllowed", h -> h.method("GET")),
                spoiled("no token in the path", 400, "MissingDeviceToken", h -> h.path("/3/device/")),
                spoiled("token with odd length", 400, "BadDeviceToken", h -> h.path("/3/device/abc")),
                spoiled("token that is no hex", 400, "BadDeviceToken", h -> h.path("/3/device/xy")),
                spoiled("token with a slash", 400, "BadDeviceToken", h -> h.path("/3/device/ab/cd")),
                spoiled("a header twice", 400, "DuplicateHeaders", h -> h.add("apns-priority", "10")),
                spoiled("no topic", 400, "MissingTopic", h -> h.remove("apns-topic")),
                spoiled("empty topic", 400, "MissingTopic", h -> h.set("apns-topic", "")),
                spoiled("malformed topic", 400, "BadTopic", h -> h.set("apns-topic", "com.acme app")),
                spoiled("another app's topic", 400, "TopicDisallowed", h -> h.set("apns-topic", "com.other")),
                spoiled("unknown push type", 400, "InvalidPushType", h -> h.set("apns-push-type", "shout")),
                spoiled("VoIP without its suffix", 400, "TopicDisallowed", h -> h.set("apns-push-type", "voip")),
                spoiled("alert with a suffix", 400, "TopicDisallowed", h -> h.set("apns-topic", "com.acme.app.voip")),
                spoiled(
                        "suffix of another type",
                        400,
                        "TopicDisallowed",
                        h -> h.set("apns-push-type", "location").set("apns-topic", "com.acme.app.voip")),
                spoiled("id that is no UUID", 400, "BadMessageId", h -> h.set("apns-id", "42")),
                spoiled(
                        "id in upper case",
                        400,
                        "BadMessageId",
                        h -> h.set("apns-id", "AAAAAAAA-0000-4000-8000-000000000000")),
                spoiled("unknown priority", 400, "BadPriority", h -> h.set("apns-priority", "7")),
                spoiled("background with 10", 400, "BadPriority", h -> h.set("apns-push-type", "background")),
                spoiled("background without priority", 400, "BadPriority", h -> {
                    h.set("apns-push-type", "background").remove("apns-priority");
                }),
                spoiled(
                        "location with 1",
                        400,
                        "BadPriority",
                        h -> h.set("apns-push-type", "location")
                                .set("apns-topic", "com.acme.app.location-query")
                                .set("apns-priority", "1")),
                spoiled("expiration no number", 400, "BadExpirationDate", h -> h.set("apns-expiration", "soon")),
                spoiled("negative expiration", 400, "BadExpirationDate", h -> h.set("apns-expiration", "-1")),
                spoiled(
                        "collapse id of 65 bytes",
                        400,
                        "BadCollapseId",
                        h -> h.set("apns-collapse-id", "x".repeat(65))));
    }

    @ParameterizedTest(name = "{0} → {1} {2}")
    @MethodSource("refused")
    void refuses(String name, int status, String reason, Consumer<Http2Headers> spoil) throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, bearer);
        spoil.accept(headers);
        long refusedBefore = apns.traffic().refusals().getOrDefault(reason, 0L);

        Response response = send(headers, ApnsRequest.PAYLOAD);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("{\"reason\":\"" + reason + "\"}");
        assertThat(apns.traffic().refusals().get(reason)).isEqualTo(refusedBefore + 1);
        assertThat(apns.journal().count(String.valueOf(headers.get("apns-id")))).isZero();
    }

    @Test
    void refusesEmptyAndOversizePayloads() throws Exception {
        assertThat(reasonFor("alert", "com.acme.app", "")).isEqualTo("{\"reason\":\"PayloadEmpty\"}");
        assertThat(reasonFor("alert", "com.acme.app", payload(4097))).isEqualTo("{\"reason\":\"PayloadTooLarge\"}");
        assertThat(reasonFor("voip", "com.acme.app.voip", payload(5121))).isEqualTo("{\"reason\":\"PayloadTooLarge\"}");
        assertThat(reasonFor("alert", "com.acme.app", payload(4096))).isEmpty();
        assertThat(reasonFor("voip", "com.acme.app.voip", payload(5120))).isEmpty();
        assertThat(reasonFor("alert", "com.acme.app", payload(3_000_000)))
                .isEqualTo("{\"reason\":\"PayloadTooLarge\"}");
    }

    @Test
    void refusesWhatIsNoJsonObject() throws Exception {
        for (String body : List.of("hello", "[]", "{\"aps\":{}", "{'aps':{}}", "{}{}", "{\"a\":NaN}")) {
            assertThat(reasonFor("alert", "com.acme.app", body)).isEqualTo("{\"reason\":\"MalformedPayload\"}");
        }
    }

    static Stream<Arguments> taken() {
        return Stream.of(
                spoiled("no push type", 200, "", h -> h.remove("apns-push-type")),
                spoiled("no push type with a suffix", 200, "", h -> {
                    h.set("apns-topic", "com.acme.app.voip").remove("apns-push-type");
                }),
                spoiled("no priority, no expiration", 200, "", h -> {
                    h.remove("apns-priority");
                    h.remove("apns-expiration");
                }),
                spoiled("deliver once", 200, "", h -> h.set("apns-expiration", "0")),
                spoiled("priority 1", 200, "", h -> h.set("apns-priority", "1")),
                spoiled(
                        "background with 5",
                        200,
                        "",
                        h -> h.set("apns-push-type", "background").set("apns-priority", "5")),
                spoiled("collapse id of 64 bytes", 200, "", h -> h.set("apns-collapse-id", "x".repeat(64))),
                spoiled("short token", 200, "", h -> h.path("/3/device/ab")),
                typed("voip", ".voip"),
                typed("complication", ".complication"),
                typed("fileprovider", ".pushkit.fileprovider"),
                typed("location", ".location-query"),
                typed("liveactivity", ".push-type.liveactivity"),
                typed("pushtotalk", ".voip-ptt"),
                typed("widgets", ".push-type.widgets"),
                typed("controls", ".push-type.controls"),
                typed("mdm", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("taken")
    void takes(String name, int status, String reason, Consumer<Http2Headers> change) throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, bearer);
        change.accept(headers);
        String id = headers.get("apns-id").toString();

        Response response = send(headers, ApnsRequest.PAYLOAD);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("apns-id")).isEqualTo(id);
        assertThat(apns.journal().count(id)).isEqualTo(1);
    }

    @Test
    void makesAnIdWhereTheRequestHasNone() throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, bearer);
        headers.remove("apns-id");
        long anonymousBefore = apns.journal().summary().withoutId();

        Response response = send(headers, ApnsRequest.PAYLOAD);

        assertThat(UUID.fromString(response.header("apns-id"))).isNotNull();
        assertThat(apns.journal().summary().withoutId()).isEqualTo(anonymousBefore + 1);
    }

    private static String reasonFor(String pushType, String topic, String body) throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, bearer)
                .set("apns-push-type", pushType)
                .set("apns-topic", topic);
        return send(headers, body).body();
    }

    private static Response send(Http2Headers headers, String body) throws Exception {
        return client.send(headers, body).get(60, TimeUnit.SECONDS);
    }

    private static String payload(int size) {
        String frame = "{\"aps\":{},\"x\":\"\"}";
        return "{\"aps\":{},\"x\":\"" + "x".repeat(size - frame.length()) + "\"}";
    }

    private static Arguments typed(String pushType, String suffix) {
        return spoiled(
                pushType, 200, "", h -> h.set("apns-push-type", pushType).set("apns-topic", "com.acme.app" + suffix));
    }

    private static Arguments spoiled(String name, int status, String reason, Consumer<Http2Headers> spoil) {
        return arguments(name, status, reason, spoil);
    }
}
