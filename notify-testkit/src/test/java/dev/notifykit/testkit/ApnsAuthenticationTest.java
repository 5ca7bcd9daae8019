package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.Jwt;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.client.RawClient.Response;
import dev.notifykit.testkit.client.RawClient.StreamReset;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.reply.Reply;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApnsAuthenticationTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private ApnsSimulator apns;
    private TestSigningKey key;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        apns = ApnsSimulator.builder()
                .clock(now::get)
                .tokenUpdateInterval(Duration.ofMinutes(20))
                .start();
        key = apns.signingKey();
        client = new RawClient(apns.port(), apns.certificates());
    }

    @AfterEach
    void stop() {
        client.close();
        apns.close();
    }

    @Test
    void aMissingTokenIsRefused() throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, "");
        headers.remove("authorization");

        Response response = client.send(headers, ApnsRequest.PAYLOAD).get(60, TimeUnit.SECONDS);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).isEqualTo("{\"reason\":\"MissingProviderToken\"}");
    }

    @Test
    void aTokenOlderThanAnHourIsRefused() throws Exception {
        String jwt = Jwt.apns(key, now.get());
        assertThat(answerTo(jwt)).isEqualTo("200");

        advance(Duration.ofMinutes(60));
        assertThat(answerTo(jwt)).isEqualTo("200");

        advance(Duration.ofSeconds(1));
        assertThat(answerTo(jwt)).isEqualTo("403 {\"reason\":\"ExpiredProviderToken\"}");
    }

    @Test
    void aTokenThatDoesNotVerifyIsRefused() throws Exception {
        Instant iat = now.get();
        TestSigningKey other = TestSigningKey.create(key.keyId(), key.teamId());
        String good = Jwt.apns(key, iat);
        String noNumber = Jwt.sign(
                "SHA256withECDSAinP1363Format",
                key.privateKey(),
                "{\"alg\":\"ES256\",\"kid\":\"TESTKEY001\"}",
                "{\"iss\":\"TESTTEAM01\",\"iat\":\"now\"}");
        String wrongAlgorithm = Jwt.sign(
                "SHA256withECDSAinP1363Format",
                key.privateKey(),
                "{\"alg\":\"none\",\"kid\":\"TESTKEY001\"}",
                "{\"iss\":\"TESTTEAM01\",\"iat\":" + iat.getEpochSecond() + "}");

        for (String jwt : new String[] {
            Jwt.apns(other, iat), // wrong signature
            Jwt.apns(key.privateKey(), "UNKNOWNKEY", key.teamId(), iat),
            Jwt.apns(key.privateKey(), key.keyId(), "OTHERTEAM1", iat),
            Jwt.apns(key, iat.plus(Duration.ofHours(1))), // from the future
            good.substring(0, good.length() - 8),
            noNumber,
            wrongAlgorithm,
            "",
            "a.b",
            "*.*.*",
        }) {
            assertThat(answerTo(jwt)).as(jwt).isEqualTo("403 {\"reason\":\"InvalidProviderToken\"}");
        }
        assertThat(answerTo(good)).isEqualTo("200");
    }

    @Test
    void anotherSchemeIsRefused() throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, "Basic " + Jwt.apns(key, now.get()));

        assertThat(client.send(headers, ApnsRequest.PAYLOAD)
                        .get(60, TimeUnit.SECONDS)
                        .body())
                .isEqualTo("{\"reason\":\"InvalidProviderToken\"}");
    }

    @Test
    void aNewTokenTooSoonOnOneConnectionIsRefused() throws Exception {
        String first = Jwt.apns(key, now.get());
        String second = Jwt.apns(key, now.get().plusSeconds(1));
        assertThat(answerTo(first)).isEqualTo("200");

        assertThat(answerTo(second)).isEqualTo("429 {\"reason\":\"TooManyProviderTokenUpdates\"}");
        assertThat(answerTo(first)).isEqualTo("200");

        try (RawClient elsewhere = new RawClient(apns.port(), apns.certificates())) {
            assertThat(answerTo(elsewhere, second)).isEqualTo("200");
        }
        advance(Duration.ofMinutes(20));
        assertThat(answerTo(second)).isEqualTo("200");
    }

    @Test
    void aConnectionBelongsToTheTeamThatUsedItFirst() throws Exception {
        TestSigningKey otherTeam = TestSigningKey.create("TESTKEY002", "TESTTEAM02");
        apns.registerKey(otherTeam);
        assertThat(answerTo(Jwt.apns(key, now.get()))).isEqualTo("200");

        assertThat(answerTo(Jwt.apns(otherTeam, now.get()))).isEqualTo("403 {\"reason\":\"UnrelatedKeyIdInToken\"}");

        try (RawClient elsewhere = new RawClient(apns.port(), apns.certificates())) {
            assertThat(answerTo(elsewhere, Jwt.apns(otherTeam, now.get()))).isEqualTo("200");
        }
    }

    @Test
    void aRevokedKeyIsUnknownAndAReplacedOneNotMistaken() throws Exception {
        String jwt = Jwt.apns(key, now.get());
        assertThat(answerTo(jwt)).isEqualTo("200");

        apns.revokeKey(key);
        assertThat(answerTo(jwt)).isEqualTo("403 {\"reason\":\"InvalidProviderToken\"}");

        apns.registerKey(TestSigningKey.create(key.keyId(), key.teamId()));
        assertThat(answerTo(jwt)).isEqualTo("403 {\"reason\":\"InvalidProviderToken\"}");

        apns.registerKey(key);
        assertThat(answerTo(jwt)).isEqualTo("200");
    }

    @Test
    void onRequestAConnectionHasOneStreamUntilATokenWasValid() throws Exception {
        try (ApnsSimulator strict = ApnsSimulator.builder()
                        .oneStreamUntilAuthenticated(true)
                        .start();
                RawClient raw = new RawClient(strict.port(), strict.certificates())) {
            String bearer = ApnsRequest.bearer(strict);
            assertThat(raw.settings().get(60, TimeUnit.SECONDS).maxConcurrentStreams())
                    .isEqualTo(1);
            strict.answerAll(Reply.ok().after(Duration.ofMillis(200)));

            CompletableFuture<Response> first = raw.send(ApnsRequest.to("aa", bearer), ApnsRequest.PAYLOAD);
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            CompletableFuture<Response> second = raw.send(ApnsRequest.to("bb", bearer), ApnsRequest.PAYLOAD);
            CompletableFuture<Response> third = raw.send(ApnsRequest.to("cc", bearer), ApnsRequest.PAYLOAD);

            assertThat(second.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(third.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void beforeThatASecondStreamIsRefused() throws Exception {
        try (ApnsSimulator strict = ApnsSimulator.builder()
                        .oneStreamUntilAuthenticated(true)
                        .start();
                RawClient raw = new RawClient(strict.port(), strict.certificates())) {
            raw.settings().get(60, TimeUnit.SECONDS);
            strict.answerAll(Reply.ok().after(Duration.ofMillis(500)));
            // The invalid token keeps the limit at one; its request hangs half sent.
            Http2Headers noEnd = ApnsRequest.to("aa", "bearer wrong");
            CompletableFuture<Response> first = raw.sendUnfinished(noEnd);
            CompletableFuture<Response> second =
                    raw.send(ApnsRequest.to("bb", ApnsRequest.bearer(strict)), ApnsRequest.PAYLOAD);

            assertThat(second)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            StreamReset.class,
                            reset -> assertThat(reset.errorCode()).isEqualTo(7));
            assertThat(first).isNotDone();
        }
    }

    private void advance(Duration duration) {
        now.updateAndGet(instant -> instant.plus(duration));
    }

    private String answerTo(String jwt) throws Exception {
        return answerTo(client, jwt);
    }

    private static String answerTo(RawClient raw, String jwt) throws Exception {
        Http2Headers headers = ApnsRequest.to(ApnsRequest.TOKEN, "bearer " + jwt);
        Response response = raw.send(headers, ApnsRequest.PAYLOAD).get(60, TimeUnit.SECONDS);
        return (response.status() + " " + response.body()).trim();
    }
}
