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
import dev.notifykit.push.RetryAfter;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.journal.RecordedRequest;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pushy has no words for, and what it does not hear. */
class Http2WireTest {

    private static final Duration BACKOFF = Duration.ofMinutes(7);
    private static final Duration SHORT = Duration.ofMillis(500);

    private static PushRequest request() {
        return OwnWire.beyondPushy(Rig.request());
    }

    private static PushResponse answer(Rig rig, Reply reply) {
        rig.apns().script(Rig.TOKEN, reply);
        return rig.push(request());
    }

    @Test
    void everyHeader() {
        try (Rig rig = Rig.start()) {
            Instant expiresAt = Instant.now().plus(Duration.ofHours(2));
            PushRequest request = PushRequest.builder(
                            Target.apns(Rig.APP, Rig.TOKEN), OwnWire.beyondPushy(Notification.alert("H\u00e9", "b")))
                    .expiresAt(expiresAt)
                    .collapseId("one of them")
                    .build();
            assertThat(rig.push(request)).isEqualTo(new Accepted(request.id().toString()));
            RecordedRequest seen = rig.seen();
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.path()).isEqualTo("/3/device/" + Rig.TOKEN);
            assertThat(seen.header("authorization")).startsWith("bearer ");
            assertThat(seen.header("apns-id")).isEqualTo(request.id().toString());
            assertThat(seen.header("apns-topic")).isEqualTo(Rig.APP);
            assertThat(seen.header("apns-push-type")).isEqualTo("alert");
            assertThat(seen.header("apns-priority")).isEqualTo("1");
            assertThat(seen.header("apns-expiration")).isEqualTo(String.valueOf(expiresAt.getEpochSecond() + 1));
            assertThat(seen.header("apns-collapse-id")).isEqualTo("one of them");
            assertThat(seen.body())
                    .isEqualTo("{\"aps\":{\"alert\":{\"title\":\"H\u00e9\",\"body\":\"b\"}},\"nk_id\":\"" + request.id()
                            + "\"}");
            assertThat(rig.apns().journal().count(request.id().toString())).isEqualTo(1);
            assertThat(rig.apns().traffic().refusals()).isEmpty();
        }
    }

    @Test
    void widgetsReload() {
        try (Rig rig = Rig.start()) {
            Notification reload = OwnWire.beyondPushy(
                    Notification.builder().background().data("k", "v").build());
            PushRequest request = PushRequest.builder(Target.apns(Rig.APP, Rig.TOKEN), reload)
                    .stableId(false)
                    .build();
            assertThat(rig.push(request)).isInstanceOf(Accepted.class);
            assertThat(rig.seen().header("apns-topic")).isEqualTo(Rig.APP + ".push-type.widgets");
            assertThat(rig.seen().header("apns-push-type")).isEqualTo("widgets");
            assertThat(rig.seen().header("apns-priority")).isEqualTo("10");
            assertThat(rig.seen().headers()).doesNotContainKey("apns-collapse-id");
            assertThat(rig.seen().body()).isEqualTo("{\"aps\":{\"content-changed\":true},\"k\":\"v\"}");
        }
    }

    @Test
    void whoeverDoesNotNeedItHasNone() {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            assertThat(rig.apns().traffic().connections()).isEqualTo(1);
            assertThat(rig.service().generationBeyondPushy()).isEqualTo(-1);
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            assertThat(rig.apns().traffic().connections()).isEqualTo(2);
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            assertThat(rig.apns().traffic().connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"500,InternalServerError", "503,ServiceUnavailable", "503,Shutdown", "599,SomethingNew"})
    void serverErrorsAskForPatience(int status, String reason) {
        try (Rig rig = Rig.start(b -> b, b -> b.serverErrorBackoff(BACKOFF))) {
            Reply.Answer error = Reply.status(status, reason);
            assertThat(answer(rig, error)).isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, BACKOFF));
            assertThat(answer(rig, error.retryAfter(BACKOFF.plusMinutes(1))))
                    .isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, BACKOFF.plusMinutes(1)));
            assertThat(answer(rig, error.retryAfter(Duration.ofSeconds(1))))
                    .as("both are the least")
                    .isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, BACKOFF));
        }
    }

    @Test
    void retryAfterInAllItsForms() {
        try (Rig rig = Rig.start()) {
            Reply.Answer throttled = Reply.throttled();
            assertThat(answer(rig, throttled))
                    .isEqualTo(new Throttled("TooManyRequests", null, Throttled.Scope.DEVICE));
            assertThat(answer(rig, throttled.retryAfter("30")))
                    .isEqualTo(new Throttled("TooManyRequests", Duration.ofSeconds(30), Throttled.Scope.DEVICE));
            assertThat(answer(rig, throttled.retryAfter("99999999999999999999")))
                    .isEqualTo(new Throttled("TooManyRequests", RetryAfter.LONGEST, Throttled.Scope.DEVICE));
            assertThat(answer(rig, throttled.retryAfter("soon")))
                    .isEqualTo(new Throttled("TooManyRequests", null, Throttled.Scope.DEVICE));
            assertThat(answer(rig, throttled.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")))
                    .as("long ago")
                    .isEqualTo(new Throttled("TooManyRequests", Duration.ZERO, Throttled.Scope.DEVICE));
            assertThat(answer(
                            rig,
                            Reply.status(429, "TooManyProviderTokenUpdates").retryAfter("60")))
                    .isEqualTo(new Throttled(
                            "TooManyProviderTokenUpdates", Duration.ofMinutes(20), Throttled.Scope.SENDER));
        }
    }

    @Test
    void anAnswerWithoutABodyIsHeard() {
        try (Rig rig = Rig.start(b -> b, b -> b.serverErrorBackoff(BACKOFF))) {
            assertThat(answer(rig, Reply.bodyless(503)))
                    .isEqualTo(new Unavailable(Unavailable.Cause.SERVER_ERROR, "HTTP 503", BACKOFF));
            assertThat(answer(rig, Reply.bodyless(429).retryAfter("5")))
                    .isEqualTo(new Throttled("HTTP 429", Duration.ofSeconds(5), Throttled.Scope.DEVICE));
            assertThat(answer(rig, Reply.bodyless(400))).isInstanceOf(Rejected.class);
            assertThat(answer(rig, Reply.bodyless(410)))
                    .as("no token dies of a status")
                    .isInstanceOf(Rejected.class);
        }
    }

    @Test
    void apnsTableHoldsHereToo() {
        try (Rig rig = Rig.start()) {
            Instant since = Instant.ofEpochMilli(1_700_000_000_123L);
            assertThat(answer(rig, Reply.unregistered(since))).isEqualTo(new TokenInvalid("Unregistered", since));
            assertThat(answer(rig, Reply.status(400, "BadDeviceToken")))
                    .isEqualTo(new TokenInvalid("BadDeviceToken", null));
            assertThat(answer(rig, Reply.status(400, "TopicDisallowed"))).isInstanceOf(Misconfigured.class);
            assertThat(answer(rig, Reply.raw(400, "{\"reason\":")))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.reason()).isEqualTo("HTTP 400"));
            assertThat(answer(rig, Reply.raw(400, "[".repeat(4000)))).isInstanceOf(Rejected.class);
            assertThat(answer(rig, Reply.raw(500, "x".repeat(1_000_000)))).isInstanceOf(Unavailable.class);
            assertThat(answer(rig, Reply.ok())).as("and it goes on").isInstanceOf(Accepted.class);
        }
    }

    @Test
    void whatWasLostIsToldFromWhatWasNot() throws Exception {
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(Duration.ofSeconds(4)))) {
            Rig.until(() -> answer(rig, Reply.ok()) instanceof Accepted); // a slow machine may not connect in time
            assertThat(answer(rig, Reply.reset(7)))
                    .isInstanceOfSatisfying(
                            Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.REFUSED));
            assertThat(answer(rig, Reply.reset(2)))
                    .isInstanceOfSatisfying(
                            Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.CONNECTION_LOST));
            assertThat(answer(rig, Reply.drop()))
                    .isInstanceOfSatisfying(
                            Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.CONNECTION_LOST));
            Rig.until(() -> answer(rig, Reply.ok()) instanceof Accepted); // on a new connection
            assertThat(answer(rig, Reply.silence()))
                    .isInstanceOfSatisfying(
                            Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT));
            Rig.until(() -> rig.service().open() == 0);
        }
    }

    @Test
    void aGoodbyeLosesNothing() throws Exception {
        try (Rig rig = Rig.start(b -> b.latency(SHORT, SHORT), b -> b)) {
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            List<CompletableFuture<PushResponse>> inFlight = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                inFlight.add(rig.service().push(request()));
            }
            Rig.until(() -> rig.apns().traffic().inFlight() == 50);
            rig.apns().goAway(true);
            inFlight.forEach(each -> assertThat(Rig.await(each)).isInstanceOf(Accepted.class));
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            assertThat(rig.apns().journal().duplicates()).isZero();
        }
    }

    @Test
    void theFirstStreamIsWaitedFor() {
        try (Rig rig = Rig.start(b -> b.oneStreamUntilAuthenticated(true), b -> b)) {
            List<CompletableFuture<PushResponse>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.add(rig.service().push(request()));
            }
            all.forEach(each -> assertThat(Rig.await(each)).isInstanceOf(Accepted.class));
            assertThat(rig.apns().traffic().replies()).doesNotContainKey("stream refused");
            assertThat(rig.apns().journal().distinctIds()).isEqualTo(200);
        }
    }

    @Test
    void nobodyThere() {
        ApnsSimulator gone = ApnsSimulator.start();
        try (ApnsPushService service = Rig.clientOf(gone).build()) {
            gone.close();
            for (int i = 0; i < 3; i++) {
                assertThat(Rig.await(service.push(request())))
                        .isInstanceOfSatisfying(
                                Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
            }
        }
    }

    /** The server never says its settings. */
    @Test
    void whatFoundNoConnectionInTimeIsNotSentLater() throws Exception {
        try (Rig rig = Rig.start(b -> b.withholdSettings(1), b -> b.attemptTimeout(SHORT))) {
            PushRequest late = request();
            assertThat(rig.push(late))
                    .isInstanceOfSatisfying(
                            Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
            Rig.until(() -> rig.service().open() == 0);
            assertThat(rig.apns().journal().count(late.id().toString())).isZero();
        }
    }

    @Test
    void wrongTrustMeansNotSent() {
        try (ApnsSimulator other = ApnsSimulator.start();
                ApnsSimulator apns = ApnsSimulator.start();
                ApnsPushService service = Rig.clientOf(apns)
                        .trustedCertificates(other.trustedCertificate())
                        .build()) {
            assertThat(Rig.await(service.push(request())))
                    .isInstanceOfSatisfying(
                            Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
            assertThat(apns.traffic().requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredProviderToken", "UnrelatedKeyIdInToken"})
    void aStaleCredentialIsReplacedOnceAndThenMisconfigured(String reason) throws Exception {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            String first = rig.seen().header("authorization");
            assertThat(answer(rig, Reply.status(403, reason)))
                    .isEqualTo(new Unavailable(Unavailable.Cause.CREDENTIAL_STALE, reason));
            Rig.until(() -> rig.service().generationBeyondPushy() == 1);
            for (int i = 0; i < 3; i++) {
                assertThat(rig.push(request())).isInstanceOf(Misconfigured.class);
            }
            assertThat(rig.seen().connection()).as("on a fresh connection").isEqualTo(2);
            boolean fresh = !rig.seen().header("authorization").equals(first);
            assertThat(fresh).isEqualTo(reason.equals("ExpiredProviderToken"));
            assertThat(rig.apns().requests().stream()
                            .map(r -> r.header("authorization"))
                            .distinct())
                    .as("not a new one each time")
                    .hasSize(fresh ? 2 : 1);

            rig.apns().script(Rig.TOKEN, Reply.ok(), Reply.status(403, reason));
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            assertThat(rig.push(request()))
                    .as("believed in between, so it is the first time again")
                    .isEqualTo(new Unavailable(Unavailable.Cause.CREDENTIAL_STALE, reason));
        }
    }

    @Test
    void aClientCertificateIsShown() throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                        .clientCertificates(true)
                        .recordRequests(1)
                        .start();
                ApnsPushService service = Rig.certifiedClientOf(apns).build()) {
            assertThat(Rig.await(service.push(request()))).isInstanceOf(Accepted.class);
            assertThat(apns.requests().get(0).headers()).doesNotContainKey("authorization");
        }
    }

    @Test
    void closingWaitsForWhatIsInFlight() throws Exception {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push(request())).isInstanceOf(Accepted.class);
            rig.apns().script(Rig.TOKEN, Reply.ok().after(Duration.ofSeconds(3)));
            CompletableFuture<PushResponse> inFlight = rig.service().push(request());
            Rig.until(() -> rig.apns().traffic().inFlight() == 1);
            rig.service().close();
            assertThat(rig.push(request()))
                    .isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed"));
            assertThat(Rig.await(inFlight)).isInstanceOf(Accepted.class);
            Rig.until(() -> rig.service().ended());
            Rig.until(() -> rig.apns().traffic().openConnections() == 0);
        }
    }
}
