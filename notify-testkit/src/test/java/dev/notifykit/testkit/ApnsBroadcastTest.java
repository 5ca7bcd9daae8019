package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import dev.notifykit.testkit.reply.Reply;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Broadcasts and their channels: what Apple refuses is refused, what Apple takes is taken. */
class ApnsBroadcastTest {
    private static final String APP = "com.acme.app";
    private static final String CREATE = "{\"message-storage-policy\":1,\"push-type\":\"LiveActivity\"}";

    private ApnsSimulator apns;
    private RawClient client;
    private String bearer;
    private String channel;

    @BeforeEach
    void start() throws Exception {
        apns = ApnsSimulator.builder().bundleIds(APP).channelLimit(2).start();
        client = new RawClient(apns.port(), apns.certificates());
        bearer = ApnsRequest.bearer(apns);
        channel = apns.createChannel(APP, false);
    }

    @AfterEach
    void stop() {
        client.close();
        apns.close();
    }

    private Http2Headers head(String method, String path) {
        return new DefaultHttp2Headers(false)
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(path)
                .set("authorization", bearer)
                .set("apns-request-id", UUID.randomUUID().toString());
    }

    private Http2Headers broadcast() {
        return head("POST", "/4/broadcasts/apps/" + APP)
                .set("apns-channel-id", channel)
                .set("apns-push-type", "liveactivity")
                .set("apns-priority", "10")
                .set("apns-expiration", "0");
    }

    private Http2Headers manage(String method) {
        return head(method, "/1/apps/" + APP + "/channels");
    }

    private Response send(Http2Headers headers, String body) throws Exception {
        return client.send(headers, body).get(60, TimeUnit.SECONDS);
    }

    private void assertRefused(Response response, int status, String reason) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("{\"reason\":\"" + reason + "\"}");
        assertThat(apns.traffic().refusals()).containsEntry(reason, 1L);
        assertThat(apns.journal().accepted()).isZero();
    }

    @Test
    void aBroadcastIsJournaled() throws Exception {
        Http2Headers headers = broadcast();
        String id = headers.get("apns-request-id").toString();
        Response response = send(headers, ApnsRequest.PAYLOAD);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("apns-request-id")).isEqualTo(id);
        assertThat(response.headers()).doesNotContainKey("apns-id");
        assertThat(apns.journal().count(id)).isEqualTo(1);
        apns.journal().forEach(entry -> assertThat(entry.token()).isEqualTo(channel));
    }

    static Stream<Arguments> wrongBroadcasts() {
        return Stream.of(
                spoiled("wrong method", 405, "MethodNotAllowed", h -> h.method("PUT")),
                spoiled("a header twice", 400, "DuplicateHeaders", h -> h.add("apns-priority", "10")),
                spoiled("no token", 403, "MissingProviderToken", h -> h.remove("authorization")),
                spoiled("id that is no UUID", 400, "BadMessageId", h -> h.set("apns-request-id", "42")),
                spoiled("a path below", 404, "BadPath", h -> h.path("/4/broadcasts/apps/a/b")),
                spoiled(
                        "a suffix",
                        400,
                        "TopicDisallowed",
                        h -> h.path("/4/broadcasts/apps/" + APP + ".push-type.liveactivity")),
                spoiled("another app", 403, "TopicMismatch", h -> h.path("/4/broadcasts/apps/com.other")),
                spoiled("no push type", 400, "MissingPushType", h -> h.remove("apns-push-type")),
                spoiled("another push type", 400, "InvalidPushType", h -> h.set("apns-push-type", "alert")),
                spoiled("no channel", 400, "MissingChannelId", h -> h.remove("apns-channel-id")),
                spoiled("no Base64", 400, "BadChannelId", h -> h.set("apns-channel-id", "a b")),
                spoiled("no such channel", 400, "ChannelNotRegistered", h -> h.set("apns-channel-id", "YQ==")),
                spoiled("no priority", 400, "BadPriority", h -> h.remove("apns-priority")),
                spoiled("unknown priority", 400, "BadPriority", h -> h.set("apns-priority", "7")),
                spoiled("no expiration", 400, "BadExpirationDate", h -> h.remove("apns-expiration")),
                spoiled(
                        "kept where nothing is",
                        400,
                        "BadExpirationDate",
                        h -> h.set("apns-expiration", "1999999999")));
    }

    private static Arguments spoiled(String what, int status, String reason, Consumer<Http2Headers> change) {
        return arguments(what, status, reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrongBroadcasts(String what, int status, String reason, Consumer<Http2Headers> change) throws Exception {
        Http2Headers headers = broadcast();
        change.accept(headers);
        assertRefused(send(headers, ApnsRequest.PAYLOAD), status, reason);
    }

    @Test
    void wrongPayloads() throws Exception {
        assertRefused(send(broadcast(), ""), 400, "PayloadEmpty");
        assertRefused(send(broadcast(), "{"), 400, "BadRequestPayload");
        String frame = "{\"a\":\"\"}";
        String largest = "{\"a\":\"" + "x".repeat(5120 - frame.length()) + "\"}";
        assertRefused(send(broadcast(), largest + " "), 413, "PayloadTooLarge");
        assertThat(send(broadcast(), largest).status()).isEqualTo(200);
    }

    @Test
    void aChannelsLife() throws Exception {
        Response created = send(manage("POST"), CREATE);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body()).isEmpty();
        String made = created.header("apns-channel-id");
        assertThat(apns.channels(APP)).containsExactly(channel, made);

        Response read = send(manage("GET").set("apns-channel-id", made), "");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(CREATE);
        Response listed = send(head("GET", "/1/apps/" + APP + "/all-channels"), "");
        assertThat(listed.body()).isEqualTo("{\"channels\":[\"" + channel + "\",\"" + made + "\"]}");

        assertThat(send(broadcast().set("apns-channel-id", made).set("apns-expiration", "1999999999"), "{}")
                        .status())
                .as("it keeps the latest")
                .isEqualTo(200);
        assertThat(send(manage("DELETE").set("apns-channel-id", made), "").status())
                .isEqualTo(204);
        assertThat(apns.channels(APP)).containsExactly(channel);
        assertThat(apns.journal().accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|BadRequestPayload",
                "{}|BadRequestParams",
                "{\"message-storage-policy\":2,\"push-type\":\"LiveActivity\"}|BadRequestParams",
                "{\"message-storage-policy\":0,\"push-type\":\"LiveActivity\",\"id\":1}|BadRequestParams",
                "{\"message-storage-policy\":0}|MissingPushType",
                "{\"message-storage-policy\":0,\"push-type\":\"Alert\"}|InvalidPushType"
            })
    void wrongNewChannels(String body, String reason) throws Exception {
        assertRefused(send(manage("POST"), body), 400, reason);
        assertThat(apns.channels(APP)).hasSize(1);
    }

    @Test
    void wrongRequestsAboutChannels() throws Exception {
        assertRefused(send(manage("PUT"), ""), 405, "MethodNotAllowed");
        assertRefused(send(head("GET", "/1/apps/" + APP), ""), 404, "BadPath");
        assertRefused(send(manage("GET"), ""), 400, "MissingChannelId");
        assertRefused(send(manage("DELETE").set("apns-channel-id", "YQ=="), ""), 400, "ChannelNotRegistered");
        assertRefused(send(head("GET", "/1/apps/com.other/all-channels"), ""), 403, "TopicMismatch");
        assertThat(send(manage("POST"), CREATE).status()).isEqualTo(201);
        assertRefused(send(manage("POST"), CREATE), 400, "CannotCreateChannelConfig");
        assertThatThrownBy(() -> apns.createChannel(APP, true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void scriptsKnowThem() throws Exception {
        apns.script("channel:none:" + channel, Reply.throttled().retryAfter("7"));
        Response throttled = send(broadcast(), ApnsRequest.PAYLOAD);
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.header("retry-after")).isEqualTo("7");
        apns.script(APP, Reply.bodyless(503));
        assertThat(send(manage("POST"), CREATE).status()).isEqualTo(503);
        assertThat(apns.channels(APP)).as("not done").hasSize(1);
    }
}
