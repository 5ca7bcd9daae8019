package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of Apple's table, over a real connection. */
class AnswersTest {

    private static final Duration BACKOFF = Duration.ofMinutes(7);

    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = Rig.start(b -> b, b -> b.serverErrorBackoff(BACKOFF));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static PushResponse answer(int status, String reason) {
        rig.apns().script(Rig.TOKEN, Reply.status(status, reason));
        return rig.push();
    }

    @Test
    void acceptedNamesTheRequest() {
        rig.apns().script(Rig.TOKEN, Reply.ok());
        PushRequest request = Rig.request();
        assertThat(rig.push(request)).isEqualTo(new Accepted(request.id().toString()));
        assertThat(rig.apns().journal().count(request.id().toString())).isEqualTo(1);
    }

    @Test
    void goneTokensSayWhen() {
        Instant since = Instant.ofEpochMilli(1_700_000_000_123L);
        rig.apns().script(Rig.TOKEN, Reply.unregistered(since));
        assertThat(rig.push()).isEqualTo(new TokenInvalid("Unregistered", since));
        rig.apns().script(Rig.TOKEN, Reply.raw(410, "{\"reason\":\"ExpiredToken\",\"timestamp\":1700000000123}"));
        assertThat(rig.push()).isEqualTo(new TokenInvalid("ExpiredToken", since));
    }

    @Test
    void goneTokensWithoutATimestamp() {
        for (String reason : List.of("Unregistered", "ExpiredToken")) {
            rig.apns().script(Rig.TOKEN, Reply.raw(410, "{\"reason\":\"" + reason + "\"}"));
            assertThat(rig.push()).isEqualTo(new TokenInvalid(reason, null));
        }
    }

    @Test
    void badDeviceTokenNamesNoTime() {
        assertThat(answer(400, "BadDeviceToken")).isEqualTo(new TokenInvalid("BadDeviceToken", null));
    }

    @ParameterizedTest
    @CsvSource({
        "400,BadCollapseId",
        "400,BadExpirationDate",
        "400,BadMessageId",
        "400,BadPriority",
        "400,InvalidPushType",
        "400,PayloadEmpty",
        "400,DuplicateHeaders",
        "400,MissingDeviceToken",
        "404,BadPath",
        "405,MethodNotAllowed",
        "413,PayloadTooLarge",
        "400,SomethingNew",
        "403,SomethingNew",
        "418,SomethingNew"
    })
    void aWrongRequestIsRejected(int status, String reason) {
        assertThat(answer(status, reason)).isInstanceOfSatisfying(Rejected.class, r -> {
            assertThat(r.reason()).isEqualTo(reason);
            assertThat(r.wrongTarget()).isFalse();
            assertThat(r.detail()).isNotBlank();
        });
    }

    @Test
    void aTokenOfAnotherAppIsRejectedAndCounted() {
        assertThat(answer(400, "DeviceTokenNotForTopic"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.wrongTarget()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "400,BadTopic",
        "400,MissingTopic",
        "400,TopicDisallowed",
        "403,InvalidProviderToken",
        "403,MissingProviderToken",
        "403,BadCertificate",
        "403,BadCertificateEnvironment",
        "403,Forbidden",
        "403,BadEnvironmentKeyIdInToken",
        "403,BadEnvironmentKeyInToken"
    })
    void aWrongSenderIsMisconfigured(int status, String reason) {
        assertThat(answer(status, reason)).isInstanceOfSatisfying(Misconfigured.class, m -> {
            assertThat(m.reason()).isEqualTo(reason);
            assertThat(m.detail()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource({"BadTopic", "MissingTopic", "TopicDisallowed"})
    void aTopicThatTheRequestAskedForIsItsOwnFault(String reason) {
        rig.apns().script(Rig.TOKEN, Reply.status(400, reason));
        Notification own = Notification.builder()
                .title("t")
                .options(ApnsOptions.builder().topic("com.acme.other").build())
                .build();
        Notification suffix = Notification.builder()
                .title("t")
                .options(ApnsOptions.builder()
                        .pushType(ApnsOptions.PushType.VOIP)
                        .build())
                .build();
        assertThat(rig.push(Rig.request(own))).isInstanceOf(Rejected.class);
        assertThat(rig.push(Rig.request(suffix))).isInstanceOf(Rejected.class);
    }

    @Test
    void tooManyRequestsSlowOneDevice() {
        assertThat(answer(429, "TooManyRequests"))
                .isEqualTo(new Throttled("TooManyRequests", null, Throttled.Scope.DEVICE));
        assertThat(answer(429, "SomethingNew")).isEqualTo(new Throttled("SomethingNew", null, Throttled.Scope.DEVICE));
    }

    @Test
    void tooManyTokenUpdatesSlowTheSender() {
        assertThat(answer(429, "TooManyProviderTokenUpdates"))
                .isEqualTo(
                        new Throttled("TooManyProviderTokenUpdates", Duration.ofMinutes(20), Throttled.Scope.SENDER));
    }

    @ParameterizedTest
    @CsvSource({
        "500,InternalServerError",
        "503,ServiceUnavailable",
        "503,Shutdown",
        "500,SomethingNew",
        "502,SomethingNew",
        "599,SomethingNew"
    })
    void serverErrorsAskForPatience(int status, String reason) {
        assertThat(answer(status, reason)).isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, BACKOFF));
    }

    @Test
    void anIdleConnectionWasSurelyNotUsed() {
        assertThat(answer(400, "IdleTimeout")).isEqualTo(new Unavailable(Unavailable.Cause.REFUSED, "IdleTimeout"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"400|oops", "400|{}", "413|{\"reason\":7}", "404|{\"reason\":\"\"}", "400|{\"reason\":null}"})
    void anUnreadableBodyFallsToTheStatus(int status, String body) {
        rig.apns().script(Rig.TOKEN, Reply.raw(status, body));
        assertThat(rig.push())
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo("HTTP " + status));
    }

    @Test
    void anUnreadableServerErrorIsOneStill() {
        rig.apns().script(Rig.TOKEN, Reply.raw(503, "<html>"));
        assertThat(rig.push()).isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, "HTTP 503", BACKOFF));
    }

    @Test
    void aNewReasonWithATimestampIsADeadToken() {
        rig.apns().script(Rig.TOKEN, Reply.raw(410, "{\"reason\":\"Gone\",\"timestamp\":1700000000000}"));
        assertThat(rig.push()).isEqualTo(new TokenInvalid("Gone", Instant.ofEpochSecond(1_700_000_000)));
    }

    @Test
    void aNewReasonAloneKillsNoToken() {
        rig.apns().script(Rig.TOKEN, Reply.raw(410, "{\"reason\":\"SomethingNew\"}"));
        assertThat(rig.push()).isInstanceOf(Rejected.class);
    }

    @Test
    void aStatusThatIsNoErrorIsUnknown() {
        rig.apns().script(Rig.TOKEN, Reply.raw(204, "{}"));
        assertThat(rig.push())
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.SERVER_ERROR));
    }
}
