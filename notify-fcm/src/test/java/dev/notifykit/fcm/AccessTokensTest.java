package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.FcmReplies;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AccessTokensTest {

    private static final Reply UNAUTHENTICATED =
            FcmReplies.withoutFcmError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");

    private static Unavailable.Cause cause(PushResponse response) {
        assertThat(response).isInstanceOf(Unavailable.class);
        return ((Unavailable) response).cause();
    }

    @Test
    void theFirstPushesShareOneTokenRequest() {
        try (Rig rig = Rig.start()) {
            rig.oauth().hold();
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                open.add(rig.start("token-" + i));
            }
            Rig.until("the token request", () -> rig.oauth().requests() == 1);
            assertThat(open).noneMatch(CompletableFuture::isDone);
            rig.oauth().release();
            assertThat(open).allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            assertThat(rig.oauth().requests()).isEqualTo(1);
        }
    }

    @Test
    void aTokenThatDoesNotComeEndsAsUnsentInTime() {
        try (Rig rig = Rig.start(s -> s, b -> b.attemptTimeout(Duration.ofMillis(300)))) {
            rig.oauth().hold();
            assertThat(cause(rig.push(Rig.TOKEN))).isEqualTo(Unavailable.Cause.NOT_SENT);
            assertThat(rig.fcm.traffic().requests()).isZero();
            rig.oauth().release();
            Rig.until("accepted", () -> rig.push(Rig.TOKEN) instanceof Accepted);
        }
    }

    @Test
    void aBrokenTokenEndpointIsAskedLessAndLessOften() {
        try (Rig rig = Rig.start(s -> s, b -> b.tokenBackoff(Duration.ofMillis(100)))) {
            rig.oauth().fail(503, "backend_error", 1_000);
            long start = System.nanoTime();
            AtomicInteger pushes = new AtomicInteger();
            Rig.until("four tries", () -> {
                PushResponse response = rig.push(Rig.TOKEN);
                assertThat(cause(response)).isEqualTo(Unavailable.Cause.NOT_SENT);
                assertThat(((Unavailable) response).reason()).startsWith("no access token");
                assertThat(((Unavailable) response).retryAfter()).isNotNull();
                pushes.incrementAndGet();
                return rig.oauth().requests() >= 4;
            });
            // 0.1 + 0.2 + 0.4 s, each at least half of that.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(340));
            assertThat(pushes).as("more than tries, and none waits for one").hasValueGreaterThan(4);
            rig.oauth().fail(503, "backend_error", 0);
            Rig.until("recovered", () -> rig.push(Rig.TOKEN) instanceof Accepted);
        }
    }

    @Test
    void refreshesAheadOfExpiryWithoutAPushWaiting() {
        Rig.retried(Duration.ofSeconds(3), AccessTokensTest::refreshesWithoutAPushWaiting);
    }

    private static void refreshesWithoutAPushWaiting(Duration lifetime) {
        try (Rig rig = Rig.start()) {
            rig.oauth().lifetime(lifetime);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            Rig.until("refreshed twice, without a push", () -> rig.oauth().requests() >= 3);
            rig.oauth().hold();
            // The one in hand is good although the next one does not come.
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            rig.oauth().release();
        }
    }

    @Test
    void aFailedRefreshAheadDoesNoHarmWhileTheTokenLives() {
        Rig.retried(Duration.ofSeconds(4), AccessTokensTest::aFailedRefreshDoesNoHarm);
    }

    private static void aFailedRefreshDoesNoHarm(Duration lifetime) {
        try (Rig rig = Rig.start()) {
            rig.oauth().lifetime(lifetime);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            rig.oauth().fail(503, "backend_error", 2);
            Rig.until("two failures", () -> rig.oauth().requests() >= 3);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            Rig.until("a third try", () -> rig.oauth().requests() >= 4);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void aRevokedTokenIsReplacedOnce() {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            rig.oauth().revokeAll();
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                open.add(rig.start("token-" + i));
            }
            // Those that went out with the old one are stale, later ones may have caught the new one.
            assertThat(open).allMatch(f -> {
                PushResponse r = Rig.await(f);
                return r instanceof Accepted || cause(r) == Unavailable.Cause.CREDENTIAL_STALE;
            });
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            assertThat(rig.oauth().requests()).isEqualTo(2);
        }
    }

    @Test
    void aFreshTokenRefusedTooMeansMisconfigured() {
        try (Rig rig = Rig.start()) {
            rig.fcm.answerAll(UNAUTHENTICATED);
            assertThat(cause(rig.push(Rig.TOKEN))).isEqualTo(Unavailable.Cause.CREDENTIAL_STALE);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Misconfigured.class);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Misconfigured.class);
            rig.fcm.answerByShares();
            Rig.until("recovered", () -> rig.push(Rig.TOKEN) instanceof Accepted);
            // Its good name is restored: the next refusal is a stale token again.
            rig.fcm.answerAll(UNAUTHENTICATED);
            assertThat(cause(rig.push(Rig.TOKEN))).isEqualTo(Unavailable.Cause.CREDENTIAL_STALE);
        }
    }

    @Test
    void theProjectsOwnAppleKeyIsNotTheAccessTokensFault() {
        try (Rig rig = Rig.start()) {
            rig.fcm.answerAll(FcmReplies.error("THIRD_PARTY_AUTH_ERROR"));
            for (int i = 0; i < 3; i++) {
                assertThat(cause(rig.push(Rig.TOKEN))).isEqualTo(Unavailable.Cause.SERVER_ERROR);
            }
            assertThat(rig.oauth().requests()).isEqualTo(1);
        }
    }

    @Test
    void googleRefusesTheAccount() {
        for (int status : new int[] {400, 401}) {
            try (Rig rig = Rig.start()) {
                rig.oauth().fail(status, "invalid_grant", 1_000);
                assertThat(rig.push(Rig.TOKEN))
                        .isInstanceOfSatisfying(
                                Misconfigured.class, m -> assertThat(m.reason()).isEqualTo("invalid_grant"));
                assertThat(rig.fcm.traffic().requests()).isZero();
                rig.oauth().fail(status, "invalid_grant", 0);
                Rig.until("recovered", () -> rig.push(Rig.TOKEN) instanceof Accepted);
            }
        }
    }

    @Test
    void anExchangedKeyFileIsTakenUp() {
        AtomicReference<String> json = new AtomicReference<>();
        AtomicInteger reads = new AtomicInteger();
        try (Rig other = Rig.start();
                Rig rig = Rig.start(s -> s, b -> b)) {
            json.set(other.fcm.serviceAccountJson());
            // The simulator knows only its own account; the other one's assertion is not signed by it.
            String foreign = other.fcm
                    .serviceAccountJson()
                    .replace(other.oauth().uri().toString(), rig.oauth().uri().toString());
            json.set(foreign);
            try (FcmPushService service = FcmPushService.builder()
                    .serviceAccount(() -> {
                        reads.incrementAndGet();
                        return Rig.json(json.get());
                    })
                    .baseUri(rig.fcm.uri())
                    .trustedCertificates(rig.fcm.trustedCertificate())
                    .transport(Rig.transport())
                    .tokenBackoff(Duration.ofMillis(50))
                    .build()) {
                assertThat(reads).hasValue(1);
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Misconfigured.class);
                json.set("not a key file");
                Rig.until(
                        "unreadable",
                        () -> Rig.await(service.push(Rig.request(Rig.TOKEN))) instanceof Misconfigured m
                                && m.reason().equals("CREDENTIALS_UNREADABLE"));
                json.set(rig.fcm.serviceAccountJson());
                Rig.until("taken up", () -> Rig.await(service.push(Rig.request(Rig.TOKEN))) instanceof Accepted);
            }
        }
    }

    @Test
    void aMissingPermissionMakesItReadTheSourceAgain() {
        AtomicInteger reads = new AtomicInteger();
        try (Rig rig = Rig.start(s -> s, b -> b)) {
            try (FcmPushService service = FcmPushService.builder()
                    .serviceAccount(() -> {
                        reads.incrementAndGet();
                        return Rig.json(rig.fcm.serviceAccountJson());
                    })
                    .baseUri(rig.fcm.uri())
                    .trustedCertificates(rig.fcm.trustedCertificate())
                    .transport(Rig.transport())
                    .tokenBackoff(Duration.ofMillis(50))
                    .build()) {
                rig.fcm.answerAll(FcmReplies.withoutFcmError(403, "PERMISSION_DENIED", "m"));
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Misconfigured.class);
                rig.fcm.answerByShares();
                Rig.until("recovered", () -> Rig.await(service.push(Rig.request(Rig.TOKEN))) instanceof Accepted);
                assertThat(reads).hasValue(2);
            }
        }
    }

    @Test
    void credentialsOfTheHostsOwnMaking() {
        try (Rig rig = Rig.start()) {
            String value = rig.oauth().issue(rig.fcm.projectId());
            GoogleCredentials own = GoogleCredentials.create(
                    new AccessToken(value, Date.from(Instant.now().plusSeconds(3_000))));
            try (FcmPushService service = FcmPushService.builder()
                    .credentials(() -> own)
                    .projectId(rig.fcm.projectId())
                    .baseUri(rig.fcm.uri())
                    .trustedCertificates(rig.fcm.trustedCertificate())
                    .transport(Rig.transport())
                    .build()) {
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Accepted.class);
                assertThat(rig.oauth().requests()).isZero();
            }
        }
    }

    @Test
    void credentialsThatThrowOrGiveNonsense() {
        class Odd extends GoogleCredentials {
            private static final long serialVersionUID = 1L;
            private final transient String value;

            Odd(String value) {
                this.value = value;
            }

            @Override
            public AccessToken refreshAccessToken() {
                if (value == null) {
                    throw new IllegalStateException("secret detail");
                }
                return new AccessToken(value, Date.from(Instant.now().plusSeconds(3_000)));
            }
        }
        try (Rig rig = Rig.start()) {
            for (String value : new String[] {null, "", "line\r\nbreak"}) {
                try (FcmPushService service = FcmPushService.builder()
                        .credentials(() -> new Odd(value))
                        .projectId(rig.fcm.projectId())
                        .baseUri(rig.fcm.uri())
                        .trustedCertificates(rig.fcm.trustedCertificate())
                        .transport(Rig.transport())
                        .build()) {
                    PushResponse response = Rig.await(service.push(Rig.request(Rig.TOKEN)));
                    assertThat(cause(response)).isEqualTo(Unavailable.Cause.NOT_SENT);
                    assertThat(response.toString()).doesNotContain("secret").doesNotContain("\r");
                }
            }
            assertThat(rig.fcm.traffic().requests()).isZero();
        }
    }

    @Test
    void unknownIsNotTakenForProofOfAToken() {
        try (Rig rig = Rig.start()) {
            rig.fcm.answerAll(UNAUTHENTICATED);
            rig.push(Rig.TOKEN);
            rig.fcm.answerAll(Reply.unavailable());
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Unknown.class);
            rig.fcm.answerAll(UNAUTHENTICATED);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Misconfigured.class);
        }
    }
}
