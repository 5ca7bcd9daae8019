package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.fault.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that no vendor is: endless bodies, redirects, nonsense. */
class HostilePeerTest {

    private static final TestServiceAccount ACCOUNT = TestServiceAccount.create("acme");

    private final HeldCertificate certificate =
            new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    private final MockWebServer fcm = new MockWebServer();
    private final MockWebServer oauth = new MockWebServer();
    private final MockWebServer elsewhere = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        fcm.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        fcm.start();
        oauth.start();
        elsewhere.start();
    }

    @AfterEach
    void stop() {
        fcm.close();
        oauth.close();
        elsewhere.close();
    }

    private FcmPushService service() {
        return service(Duration.ofSeconds(40));
    }

    private FcmPushService service(Duration attemptTimeout) {
        return builder(attemptTimeout).build();
    }

    private FcmPushService.Builder builder(Duration attemptTimeout) {
        String json = ACCOUNT.json(URI.create("http://localhost:" + oauth.getPort() + "/token"));
        return FcmPushService.builder()
                .serviceAccount(() -> Rig.json(json))
                .baseUri(URI.create("https://localhost:" + fcm.getPort()))
                .trustedCertificates(certificate.certificate())
                .transport(Rig.transport())
                .attemptTimeout(attemptTimeout)
                .tokenBackoff(Duration.ofMillis(20));
    }

    private static MockResponse json(int status, String body) {
        return new MockResponse(status, Headers.of("Content-Type", "application/json"), body);
    }

    private void grantToken() {
        oauth.enqueue(json(200, "{\"access_token\":\"ya29.t\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"));
    }

    private PushResponse answerTo(MockResponse response) {
        return answerTo(response, service());
    }

    private PushResponse answerTo(MockResponse response, FcmPushService service) {
        grantToken();
        fcm.enqueue(response);
        try (service) {
            return Rig.await(service.push(Rig.request(Rig.TOKEN)));
        }
    }

    @Test
    void aHundredMegabytes() {
        Buffer endless = new Buffer();
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < 100; i++) {
            endless.write(block);
        }
        long start = System.nanoTime();
        assertThat(answerTo(new MockResponse.Builder()
                        .code(400)
                        .setHeader("Content-Type", "application/json")
                        .body(endless)
                        .build()))
                .isEqualTo(new Rejected("HTTP 400", "FCM names no field"));
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(40));
    }

    /** Each is left as soon as enough is read, and takes nothing from those that come after it. */
    @Test
    void manyEndlessAnswersAtOnce() {
        int many = 20;
        Buffer endless = new Buffer();
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < 100; i++) {
            endless.write(block);
        }
        for (int i = 0; i < many; i++) {
            fcm.enqueue(new MockResponse.Builder()
                    .code(i % 2 == 0 ? 400 : 200)
                    .setHeader("Content-Type", "application/json")
                    .body(endless)
                    .build());
        }
        for (int i = 0; i < many; i++) {
            fcm.enqueue(json(200, "{\"name\":\"projects/acme/messages/1\"}"));
        }
        grantToken();
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        try (FaultProxy proxy = FaultProxy.to("localhost", fcm.getPort()).start();
                FcmPushService service = builder(Duration.ofMinutes(1))
                        .baseUri(proxy.uri())
                        .connections(1)
                        .transport(settings -> noting(Rig.transport().open(settings), bodies))
                        .build()) {
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                open.add(service.push(Rig.request(Rig.TOKEN)));
            }
            assertThat(open).allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOfAny(Rejected.class, Unknown.class));
            assertThat(open).anySatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Rejected.class));
            assertThat(bodies)
                    .isNotEmpty()
                    .allSatisfy(body -> assertThat(body).hasSize(FcmTransport.Outcome.Response.MAX_BODY));
            if (Rig.overHttp2()) {
                // The window of a stream, and no more; OkHttp's are 16 MB.
                assertThat(proxy.traffic().bytesToClient()).isLessThan(many * 200_000L);
            } else {
                assertThat(proxy.traffic().bytesToClient()).isLessThan(endless.size() * many / 2);
            }
            for (int i = 0; i < many; i++) {
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Accepted.class);
            }
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    private static FcmTransport noting(FcmTransport wire, List<byte[]> bodies) {
        return new FcmTransport() {
            @Override
            public int maxInFlight() {
                return wire.maxInFlight();
            }

            @Override
            public Exchange post(String path, String bearer, byte[] body, Consumer<Outcome> end) {
                return wire.post(path, bearer, body, outcome -> {
                    if (outcome instanceof Outcome.Response response && response.body().length > 1_000) {
                        bodies.add(response.body());
                    }
                    end.accept(outcome);
                });
            }

            @Override
            public void close() {
                wire.close();
            }
        };
    }

    @Test
    void aBodyOneByteAtATime() {
        MockResponse slow = new MockResponse.Builder()
                .code(404)
                .setHeader("Content-Type", "application/json")
                .body("{\"error\":{}}")
                .throttleBody(1, 500, TimeUnit.MILLISECONDS)
                .build();
        assertThat(answerTo(slow, service(Duration.ofSeconds(4))))
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT));
    }

    @Test
    void jsonThatIsNotWhatItSeems() {
        for (String body : List.of(
                "{\"error\":[]}",
                "{\"error\":{\"details\":{}}}",
                "{\"error\":{\"details\":[1,null,{\"@type\":7}]}}",
                "{\"error\":{\"status\":{\"a\":1}}}",
                "[".repeat(60_000),
                "{\"error\":{\"details\":[{\"@type\":\"x.FcmError\",\"errorCode\":\"" + Rig.TOKEN + "\"}]}}",
                "\"UNREGISTERED\"",
                "null",
                "{\"error\":{\"status\":\"" + "A".repeat(60_000) + "\"}}")) {
            PushResponse response = answerTo(json(404, body));
            assertThat(response).isInstanceOf(Rejected.class);
            assertThat(((Rejected) response).reason()).isEqualTo("HTTP 404");
            assertThat(response.toString()).doesNotContain(Rig.TOKEN);
        }
    }

    @Test
    void fcmsWordsInAnotherContentTypeAreNotFcms() {
        String unregistered =
                "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\","
                        + "\"errorCode\":\"UNREGISTERED\"}]}}";
        assertThat(answerTo(new MockResponse(404, Headers.of("Content-Type", "text/html"), unregistered)))
                .isInstanceOf(Rejected.class);
        assertThat(answerTo(new MockResponse(404, Headers.of(), unregistered))).isInstanceOf(Rejected.class);
        assertThat(answerTo(json(404, unregistered))).isInstanceOf(PushResponse.TokenInvalid.class);
    }

    @Test
    void redirectsGoNowhere() {
        String away = "http://localhost:" + elsewhere.getPort() + "/stolen";
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            assertThat(answerTo(new MockResponse(status, Headers.of("Location", away), "")))
                    .isInstanceOf(Unavailable.class);
        }
        assertThat(elsewhere.getRequestCount()).isZero();
        assertThat(fcm.getRequestCount()).isEqualTo(5);
    }

    @Test
    void theTokenEndpointsRedirectsGoNowhere() {
        String away = "http://localhost:" + elsewhere.getPort() + "/stolen";
        for (int status : new int[] {302, 303, 307, 308}) {
            oauth.enqueue(new MockResponse(status, Headers.of("Location", away), ""));
            try (FcmPushService service = service()) {
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Unavailable.class);
            }
        }
        assertThat(elsewhere.getRequestCount()).isZero();
    }

    @Test
    void theTokenEndpointSpeaksNonsense() {
        for (MockResponse answer : List.of(
                json(200, "{}"),
                json(200, "not json"),
                json(200, "{\"access_token\":\"t\"}"),
                json(200, "{\"access_token\":\"t\",\"expires_in\":0}"),
                json(200, "{\"access_token\":\"t\",\"expires_in\":-5}"),
                json(200, "{\"access_token\":\"t\\r\\nX: y\",\"expires_in\":3599}"),
                json(200, "{\"access_token\":\"" + "t".repeat(200_000) + "\",\"expires_in\":3599}"),
                new MockResponse(200, Headers.of("Content-Type", "text/html"), "<html>"),
                json(500, "{}"),
                json(404, "{}"))) {
            oauth.enqueue(answer);
            try (FcmPushService service = service()) {
                assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN))))
                        .isInstanceOfSatisfying(
                                Unavailable.class,
                                u -> assertThat(u.reason())
                                        .startsWith("no access token: ")
                                        .hasSizeLessThan(120));
            }
        }
        assertThat(fcm.getRequestCount()).isZero();
    }

    @Test
    void anOAuthErrorThatQuotesTheAccount() {
        oauth.enqueue(json(400, "{\"error\":\"secret, not a code\",\"error_description\":\"for secret@acme\"}"));
        try (FcmPushService service = service()) {
            PushResponse response = Rig.await(service.push(Rig.request(Rig.TOKEN)));
            assertThat(response).isInstanceOf(Misconfigured.class);
            assertThat(response.toString()).contains("HTTP 400").doesNotContain("secret");
        }
    }

    @Test
    void aServerWithoutHttp2() throws InterruptedException {
        fcm.setProtocols(List.of(Protocol.HTTP_1_1));
        assertThat(answerTo(json(200, "{\"name\":\"projects/acme/messages/1\"}")))
                .isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "the server does not speak HTTP/2"));
        assertThat(fcm.takeRequest(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void theSameServerAnsweringWell() throws InterruptedException {
        assertThat(answerTo(json(200, "{\"name\":\"projects/acme/messages/1\"}")))
                .isEqualTo(new Accepted("projects/acme/messages/1"));
        assertThat(fcm.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer ya29.t");
    }
}
