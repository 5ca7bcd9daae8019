package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.Throttled.Scope;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.RetryAfter;
import dev.notifykit.testkit.FcmReplies;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of FCM's error table, over sockets. */
class AnswersTest {

    private static final Duration FLOOR = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static PushResponse answerTo(Reply reply) {
        rig.fcm.answerAll(reply);
        return rig.push(Rig.TOKEN);
    }

    static Stream<Arguments> table() {
        return Stream.of(
                arguments("dead token", FcmReplies.error("UNREGISTERED"), new TokenInvalid("UNREGISTERED", null)),
                arguments("malformed token", FcmReplies.invalidToken(), new TokenInvalid("INVALID_ARGUMENT", null)),
                arguments(
                        "the same text in other words deletes nothing",
                        FcmReplies.error(400, "INVALID_ARGUMENT", "The registration token is not valid"),
                        new Rejected("INVALID_ARGUMENT", "FCM names no field")),
                arguments(
                        "too big",
                        FcmReplies.error(400, "INVALID_ARGUMENT", "Android message is too big"),
                        new Rejected("INVALID_ARGUMENT", "FCM finds the message too large")),
                arguments(
                        "too large",
                        FcmReplies.error(
                                400, "INVALID_ARGUMENT", "Message is too large. The maximum is 4K (4096 bytes)."),
                        new Rejected("INVALID_ARGUMENT", "FCM finds the message too large")),
                arguments(
                        "bad field",
                        FcmReplies.badField("message.android.ttl", "Illegal duration format; secret"),
                        new Rejected("INVALID_ARGUMENT", "FCM names the fields [message.android.ttl]")),
                arguments(
                        "other project",
                        FcmReplies.error("SENDER_ID_MISMATCH"),
                        new Rejected("SENDER_ID_MISMATCH", "the token belongs to another Firebase project", true)),
                arguments(
                        "the project's APNs key",
                        FcmReplies.error("THIRD_PARTY_AUTH_ERROR"),
                        new Unavailable(
                                Unavailable.Cause.SERVER_ERROR, "THIRD_PARTY_AUTH_ERROR", Duration.ofMinutes(10))),
                arguments(
                        "quota of a device",
                        FcmReplies.deviceQuotaExceeded(Rig.TOKEN),
                        new Throttled("QUOTA_EXCEEDED", MINUTE, Scope.DEVICE)),
                arguments(
                        "quota of a topic",
                        FcmReplies.topicQuotaExceeded("news"),
                        new Throttled("QUOTA_EXCEEDED", MINUTE, Scope.TOPIC)),
                arguments(
                        "quota of the project",
                        FcmReplies.projectQuotaExceeded("p"),
                        new Throttled("QUOTA_EXCEEDED", MINUTE, Scope.SENDER)),
                arguments(
                        "quota that nobody names",
                        FcmReplies.error("QUOTA_EXCEEDED"),
                        new Throttled("QUOTA_EXCEEDED", MINUTE, Scope.SENDER)),
                arguments(
                        "quota with a time",
                        FcmReplies.error("QUOTA_EXCEEDED").retryAfter(Duration.ofSeconds(90)),
                        new Throttled("QUOTA_EXCEEDED", Duration.ofSeconds(90), Scope.SENDER)),
                arguments(
                        "429 without a code",
                        FcmReplies.withoutFcmError(429, "RESOURCE_EXHAUSTED", "m"),
                        new Throttled("RESOURCE_EXHAUSTED", MINUTE, Scope.SENDER)),
                arguments("429 without a body", Reply.bodyless(429), new Throttled("HTTP 429", MINUTE, Scope.SENDER)),
                arguments("internal", FcmReplies.error("INTERNAL"), unknown("INTERNAL", FLOOR)),
                arguments("unavailable", FcmReplies.error("UNAVAILABLE"), unknown("UNAVAILABLE", FLOOR)),
                arguments(
                        "unavailable with a time",
                        FcmReplies.error("UNAVAILABLE").retryAfter(Duration.ofSeconds(120)),
                        unknown("UNAVAILABLE", Duration.ofMinutes(2))),
                arguments(
                        "unavailable, come back at once",
                        FcmReplies.error("UNAVAILABLE").retryAfter("0"),
                        unknown("UNAVAILABLE", FLOOR)),
                arguments("500 without a body", Reply.bodyless(500), unknown("HTTP 500", FLOOR)),
                arguments("503 without a body", Reply.bodyless(503), unknown("HTTP 503", FLOOR)),
                arguments("502 of a proxy", Reply.raw(502, "<html>Bad gateway</html>"), unknown("HTTP 502", FLOOR)),
                arguments("504 of a proxy", Reply.bodyless(504), unknown("HTTP 504", FLOOR)),
                arguments(
                        "UNSPECIFIED_ERROR goes by its status, 500",
                        FcmReplies.error(500, "UNSPECIFIED_ERROR", "m"),
                        unknown("UNSPECIFIED_ERROR", FLOOR)),
                arguments(
                        "UNSPECIFIED_ERROR goes by its status, 400",
                        FcmReplies.error(400, "UNSPECIFIED_ERROR", "m"),
                        new Rejected("UNSPECIFIED_ERROR", "FCM names no field")),
                arguments(
                        "a code of tomorrow, 4xx",
                        FcmReplies.error(409, "BRAND_NEW", "m"),
                        new Rejected("BRAND_NEW", "FCM names no field")),
                arguments(
                        "a code of tomorrow, 5xx",
                        FcmReplies.error(503, "BRAND_NEW", "m"),
                        unknown("BRAND_NEW", FLOOR)),
                arguments(
                        "a code of tomorrow, 429",
                        FcmReplies.error(429, "BRAND_NEW", "m"),
                        new Throttled("BRAND_NEW", MINUTE, Scope.SENDER)),
                arguments(
                        "UNREGISTERED on a 5xx is no proof",
                        FcmReplies.error(500, "UNREGISTERED", "m"),
                        unknown("UNREGISTERED", FLOOR)),
                arguments("400 without a body", Reply.bodyless(400), new Rejected("HTTP 400", "FCM names no field")),
                arguments(
                        "a request that is too large for the edge",
                        Reply.bodyless(413),
                        new Rejected("HTTP 413", "FCM names no field")),
                arguments("timeout of a proxy", Reply.bodyless(408), new Rejected("HTTP 408", "FCM names no field")),
                arguments("misdirected", Reply.bodyless(421), new Rejected("HTTP 421", "FCM names no field")),
                arguments(
                        "a redirect is not followed",
                        Reply.bodyless(307),
                        new Unavailable(Unavailable.Cause.SERVER_ERROR, "HTTP 307", FLOOR)),
                arguments(
                        "200 of somebody else",
                        Reply.raw(200, "<html>Welcome to our hotel</html>"),
                        unknown("HTTP 200 without a message name", FLOOR)),
                arguments(
                        "200 with other JSON",
                        Reply.raw(200, "{\"ok\":true}"),
                        unknown("HTTP 200 without a message name", FLOOR)),
                arguments("204", Reply.bodyless(204), unknown("HTTP 204", FLOOR)));
    }

    private static Unknown unknown(String reason, Duration retryAfter) {
        return new Unknown(Unknown.Cause.SERVER_ERROR, reason, retryAfter);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void means(String row, Reply reply, PushResponse meaning) {
        assertThat(answerTo(reply)).isEqualTo(meaning);
    }

    @Test
    void aMissingPageIsNoProofThatATokenIsDead() {
        assertThat(answerTo(FcmReplies.withoutFcmError(404, "NOT_FOUND", "Requested entity was not found.")))
                .isInstanceOfSatisfying(Rejected.class, r -> {
                    assertThat(r.reason()).isEqualTo("NOT_FOUND");
                    assertThat(r.wrongTarget()).isFalse();
                });
        assertThat(answerTo(Reply.raw(404, "<html>404</html>"))).isInstanceOf(Rejected.class);
    }

    @Test
    void missingPermissionIsTheSendersFault() {
        for (Reply reply : new Reply[] {
            FcmReplies.withoutFcmError(403, "PERMISSION_DENIED", "Permission denied on " + Rig.TOKEN),
            Reply.raw(403, "<html>Forbidden</html>")
        }) {
            try (Rig own = Rig.start()) {
                own.fcm.answerAll(reply);
                assertThat(own.push(Rig.TOKEN)).isInstanceOf(Misconfigured.class);
            }
        }
    }

    @Test
    void retryAfterInAllItsForms() {
        assertThat(retryAfter("0")).isEqualTo(FLOOR);
        assertThat(retryAfter("11")).isEqualTo(Duration.ofSeconds(11));
        assertThat(retryAfter("1000000000")).isEqualTo(RetryAfter.LONGEST);
        assertThat(retryAfter("99999999999999999999999999")).isEqualTo(RetryAfter.LONGEST);
        assertThat(retryAfter("soon")).isEqualTo(MINUTE);
        assertThat(retryAfter("-5")).isEqualTo(MINUTE);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(300).atOffset(ZoneOffset.UTC));
        assertThat(retryAfter(date)).isBetween(Duration.ofSeconds(270), Duration.ofSeconds(300));
        assertThat(retryAfter("Mon, 01 Jan 2001 00:00:00 GMT")).isEqualTo(FLOOR);
    }

    private static Duration retryAfter(String header) {
        PushResponse response = answerTo(FcmReplies.projectQuotaExceeded("p").retryAfter(header));
        return ((Throttled) response).retryAfter();
    }

    @Test
    void aTransientAnswerIsFollowedByAcceptance() {
        rig.fcm.answerByShares();
        rig.fcm.script("other-token", Reply.unavailable(), Reply.ok());
        assertThat(rig.push("other-token")).isInstanceOf(Unknown.class);
        assertThat(rig.push("other-token")).isInstanceOf(Accepted.class);
    }

    @Test
    void minimumBackoffIsASetting() {
        try (Rig own = Rig.start(s -> s, b -> b.minimumBackoff(Duration.ofSeconds(1)))) {
            own.fcm.answerAll(Reply.unavailable().retryAfter("0"));
            assertThat(own.push(Rig.TOKEN)).isEqualTo(unknown("UNAVAILABLE", Duration.ofSeconds(1)));
        }
    }
}
