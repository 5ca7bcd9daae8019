package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.apns.ApnsChannel.Storage;
import dev.notifykit.apns.ChannelResult.Done;
import dev.notifykit.apns.ChannelResult.Failed;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels are made, found and deleted over a real connection; whatever the server says is a value. */
class ApnsChannelsTest {

    private static final Duration BACKOFF = Duration.ofMinutes(7);

    private final Rig rig = Rig.start(b -> b.recordRequests(100).channelLimit(3), b -> b.serverErrorBackoff(BACKOFF));
    private final ApnsChannels channels = rig.service().channels(Rig.APP);

    @AfterEach
    void stop() {
        rig.close();
    }

    private static <T> T done(CompletableFuture<ChannelResult<T>> asked) {
        ChannelResult<T> result = Rig.await(asked);
        assertThat(result).isInstanceOf(Done.class);
        return ((Done<T>) result).value();
    }

    private static PushResponse failed(CompletableFuture<? extends ChannelResult<?>> asked) {
        ChannelResult<?> result = Rig.await(asked);
        assertThat(result).isInstanceOf(Failed.class);
        return ((Failed<?>) result).why();
    }

    @Test
    void aLife() {
        ApnsChannel none = done(channels.create(Storage.NONE));
        assertThat(none.storage()).isEqualTo(Storage.NONE);
        assertThat(rig.seen().method()).isEqualTo("POST");
        assertThat(rig.seen().path()).isEqualTo("/1/apps/" + Rig.APP + "/channels");
        assertThat(rig.seen().header("authorization")).startsWith("bearer ");
        assertThat(rig.seen().headers()).doesNotContainKey("apns-channel-id");
        assertThat(rig.seen().body()).isEqualTo("{\"message-storage-policy\":0,\"push-type\":\"LiveActivity\"}");

        ApnsChannel latest = done(channels.create(Storage.LATEST));
        assertThat(rig.seen().body()).isEqualTo("{\"message-storage-policy\":1,\"push-type\":\"LiveActivity\"}");
        assertThat(done(channels.read(latest.id()))).isEqualTo(latest);
        assertThat(rig.seen().method()).isEqualTo("GET");
        assertThat(rig.seen().path()).isEqualTo("/1/apps/" + Rig.APP + "/channels");
        assertThat(rig.seen().header("apns-channel-id")).isEqualTo(latest.id());
        assertThat(done(channels.read(none.id()))).isEqualTo(none);

        assertThat(done(channels.list())).containsExactly(none.id(), latest.id());
        assertThat(rig.seen().path()).isEqualTo("/1/apps/" + Rig.APP + "/all-channels");
        assertThat(done(rig.service().channels("com.acme.other").list())).isEmpty();

        assertThat(done(channels.delete(none.id()))).isEqualTo(none.id());
        assertThat(rig.seen().method()).isEqualTo("DELETE");
        assertThat(rig.apns().channels(Rig.APP)).containsExactly(latest.id());
        assertThat(failed(channels.delete(none.id()))).isEqualTo(new TokenInvalid("ChannelNotRegistered", null));
        assertThat(failed(channels.read(none.id()))).isEqualTo(new TokenInvalid("ChannelNotRegistered", null));
        assertThat(rig.apns().journal().accepted())
                .as("none of it is a message")
                .isZero();
        assertThat(rig.apns().traffic().connections()).isEqualTo(1);
    }

    @Test
    void asManyAsAppleAllows() {
        for (int i = 0; i < 3; i++) {
            done(channels.create(Storage.NONE));
        }
        assertThat(failed(channels.create(Storage.NONE))).isInstanceOfSatisfying(Rejected.class, r -> {
            assertThat(r.reason()).isEqualTo("CannotCreateChannelConfig");
            assertThat(r.detail()).contains("delete");
        });
        assertThat(rig.apns().channels(Rig.APP)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.acme.app.push-type.liveactivity", "a/b", "", "a b", "../x"})
    void bundleIdsThatAreNone(String bundleId) {
        assertThat(failed(rig.service().channels(bundleId).list()))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo("INVALID_TOPIC"));
        assertThat(rig.apns().traffic().requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nx: y", "\u00e9"})
    void idsThatAreNone(String id) {
        for (PushResponse why : List.of(failed(channels.read(id)), failed(channels.delete(id)))) {
            assertThat(why)
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.reason()).isEqualTo("INVALID_CHANNEL"));
        }
        assertThat(rig.apns().traffic().requests()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"400,FeatureNotEnabled", "403,TopicMismatch", "404,BadPath", "400,SomethingNew"})
    void whatAppleRefuses(int status, String reason) {
        rig.apns().script(Rig.APP, Reply.status(status, reason));
        assertThat(failed(channels.create(Storage.NONE)))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
        assertThat(rig.apns().channels(Rig.APP)).isEmpty();
    }

    @Test
    void errorsAreValues() {
        rig.apns().script(Rig.APP, Reply.unavailable().retryAfter(BACKOFF.plusSeconds(1)));
        assertThat(failed(channels.list()))
                .isEqualTo(
                        new Unavailable(Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable", BACKOFF.plusSeconds(1)));
        rig.apns().script(Rig.APP, Reply.throttled().retryAfter("3"));
        assertThat(failed(channels.list()))
                .isEqualTo(new Throttled("TooManyRequests", Duration.ofSeconds(3), Throttled.Scope.SENDER));
        rig.apns().script(Rig.APP, Reply.bodyless(500));
        assertThat(failed(channels.list()))
                .isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, "HTTP 500", BACKOFF));
        rig.apns().script(Rig.APP, Reply.raw(200, "{\"channels\":[1]}"));
        assertThat(failed(channels.list())).isInstanceOf(Unknown.class);
        rig.apns().script(Rig.APP, Reply.raw(200, "{\"a\":".repeat(200_000)));
        assertThat(failed(channels.list())).isInstanceOf(Unknown.class);
        rig.apns().script(Rig.APP, Reply.bodyless(201));
        assertThat(failed(channels.create(Storage.NONE)))
                .as("made, and nobody knows which")
                .isInstanceOf(Unknown.class);
        rig.apns().script(Rig.APP, Reply.drop());
        assertThat(failed(channels.create(Storage.NONE)))
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.CONNECTION_LOST));
    }

    @Test
    void silence() throws Exception {
        try (ApnsPushService impatient =
                Rig.clientOf(rig.apns()).attemptTimeout(Duration.ofSeconds(4)).build()) {
            ApnsChannels asked = impatient.channels(Rig.APP);
            Rig.until(() -> Rig.await(asked.list()) instanceof Done); // a slow machine may not connect in time
            rig.apns().script(Rig.APP, Reply.silence());
            assertThat(failed(asked.list()))
                    .isInstanceOfSatisfying(
                            Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT));
        }
    }

    @Test
    void aStaleTokenIsReplacedOnce() {
        rig.apns().script(Rig.APP, Reply.status(403, "ExpiredProviderToken"));
        assertThat(failed(channels.list()))
                .isEqualTo(new Unavailable(Unavailable.Cause.CREDENTIAL_STALE, "ExpiredProviderToken"));
        rig.apns().revokeKey(rig.apns().signingKey());
        assertThat(failed(channels.list())).isInstanceOf(Misconfigured.class);
        assertThat(rig.apns().requests().stream().map(r -> r.header("authorization")))
                .hasSize(2);
    }

    @Test
    void nobodyThere() {
        rig.apns().close();
        assertThat(failed(channels.list()))
                .isInstanceOfSatisfying(
                        Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
    }

    @Test
    void closed() throws Exception {
        done(channels.list());
        rig.service().close();
        assertThat(failed(channels.list()))
                .isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed"));
        Rig.until(() -> rig.service().ended());
        Rig.until(() -> rig.apns().traffic().openConnections() == 0);
    }

    @Test
    void aHostOfTheirOwn() {
        try (ApnsSimulator management = ApnsSimulator.builder()
                        .signingKey(rig.apns().signingKey())
                        .certificates(rig.apns().certificates())
                        .start();
                ApnsPushService service = Rig.clientOf(rig.apns())
                        .channelsHost("127.0.0.1")
                        .channelsPort(management.port())
                        .build()) {
            ApnsChannel made = done(service.channels(Rig.APP).create(Storage.NONE));
            assertThat(management.channels(Rig.APP)).containsExactly(made.id());
            assertThat(rig.apns().traffic().requests()).isZero();
        }
    }

    @Test
    void foreignHostsAreRefusedUnlessAllowed() {
        assertThatThrownBy(() -> Rig.clientOf(rig.apns())
                        .channelsHost("manage.example.com")
                        .channelsPort(0)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(2)
                                .anyMatch(problem -> problem.startsWith("channelsHost: is neither Apple's"))
                                .anyMatch(problem -> problem.startsWith("channelsPort: must be 1 to 65535")));
        assertThatThrownBy(() -> Rig.clientOf(rig.apns())
                        .channelsHost("api-manage-broadcast.sandbox.push.apple.com")
                        .build())
                .hasMessageContaining("another environment");
    }

    @Test
    void aClientCertificateIsShown() {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .clientCertificates(true)
                        .recordRequests(1)
                        .start();
                ApnsPushService service = Rig.certifiedClientOf(apns).build()) {
            done(service.channels(Rig.APP).create(Storage.LATEST));
            assertThat(apns.requests().get(0).headers()).doesNotContainKey("authorization");
        }
    }

    @Test
    void nothingSecretIsShown() {
        assertThat(channels).hasToString("ApnsChannels[" + Rig.APP + "]");
        ApnsChannel made = done(channels.create(Storage.NONE));
        assertThat(new Done<>(List.of(made.id())).toString()).doesNotContain(made.id());
    }
}
