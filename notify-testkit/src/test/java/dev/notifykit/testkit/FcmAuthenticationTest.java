package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.notifykit.testkit.client.ErrorBody;
import dev.notifykit.testkit.client.Eventually;
import dev.notifykit.testkit.client.FcmClient;
import dev.notifykit.testkit.client.Jwt;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FcmAuthenticationTest {
    private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
    private static final String SEND = "/v1/projects/one/messages:send";
    private static final String MESSAGE = "{\"message\":{\"token\":\"a\"}}";

    private static final TestServiceAccount ONE = TestServiceAccount.create("one");
    private static final TestServiceAccount TWO = TestServiceAccount.create("two");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private final HttpClient http = HttpClient.newHttpClient();
    private FcmSimulator fcm;
    private TokenEndpoint oauth;
    private FcmClient client;

    @BeforeEach
    void start() {
        fcm = FcmSimulator.builder()
                .clock(now::get)
                .serviceAccount(ONE)
                .serviceAccount(TWO)
                .start();
        oauth = fcm.tokenEndpoint();
        client = new FcmClient(fcm);
    }

    @AfterEach
    void stop() {
        fcm.close();
    }

    @Test
    void anAssertionBuysATokenThatIsGoodForAnHour() throws Exception {
        HttpResponse<String> response = ask(assertion(ONE, SCOPE));
        JsonObject json = JsonParser.parseString(response.body()).getAsJsonObject();
        String bearer = "Bearer " + json.get("access_token").getAsString();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json.get("expires_in").getAsInt()).isEqualTo(3599);
        assertThat(json.get("token_type").getAsString()).isEqualTo("Bearer");
        assertThat(statusOf(SEND, bearer)).isEqualTo(200);

        now.updateAndGet(instant -> instant.plusSeconds(3598));
        assertThat(statusOf(SEND, bearer)).isEqualTo(200);
        now.updateAndGet(instant -> instant.plusSeconds(1));
        assertThat(statusOf(SEND, bearer)).isEqualTo(401);
        assertThat(oauth.requests()).isEqualTo(1);
        assertThat(oauth.issued()).isEqualTo(1);
    }

    @Test
    void wrongAssertionsBuyNothing() throws Exception {
        TestServiceAccount account = ONE;
        Instant time = now.get();
        for (String assertion : new String[] {
            "nonsense",
            "a.b.c",
            Jwt.google(TestServiceAccount.create("one"), SCOPE, time), // another key
            Jwt.google(TestServiceAccount.create("three"), SCOPE, time),
            Jwt.google(account, "https://www.googleapis.com/auth/drive", time),
            Jwt.google(account, SCOPE, time.minus(Duration.ofHours(2))),
            Jwt.google(account, SCOPE, time.plus(Duration.ofHours(2))),
        }) {
            HttpResponse<String> response = ask(assertion);

            assertThat(response.statusCode()).as(assertion).isEqualTo(400);
            assertThat(response.body()).contains("\"error\":\"invalid_grant\"");
        }
        HttpResponse<String> otherGrant = post("grant_type=password&assertion=x");
        assertThat(otherGrant.body()).contains("unsupported_grant_type");
        assertThat(oauth.issued()).isZero();
    }

    @Test
    void cloudPlatformIsScopeEnough() throws Exception {
        String scope = "https://www.googleapis.com/auth/cloud-platform " + SCOPE;
        assertThat(ask(assertion(TWO, scope)).statusCode()).isEqualTo(200);
    }

    @Test
    void noUnknownNoRevokedToken() throws Exception {
        String bearer = "Bearer " + oauth.issue("one");
        assertThat(statusOf(SEND, bearer)).isEqualTo(200);

        oauth.revokeAll();

        for (String wrong : new String[] {bearer, "Bearer nonsense", "Bearer ", "Basic abc"}) {
            HttpResponse<String> response =
                    client.send(client.request(SEND, wrong, MESSAGE).build());
            ErrorBody error = ErrorBody.of(response.body());
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(error.status()).isEqualTo("UNAUTHENTICATED");
            assertThat(error.types()).isEmpty();
        }
        HttpRequest anonymous = HttpRequest.newBuilder(fcm.uri().resolve(SEND))
                .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
                .build();
        assertThat(client.send(anonymous).statusCode()).isEqualTo(401);
        assertThat(fcm.traffic().refusals()).containsEntry("UNAUTHENTICATED", 5L);
    }

    @Test
    void aTokenIsGoodForItsProjectOnly() throws Exception {
        String bearer = "Bearer " + oauth.issue("one");

        assertThat(statusOf("/v1/projects/two/messages:send", bearer)).isEqualTo(403);
        assertThat(statusOf("/v1/projects/three/messages:send", bearer)).isEqualTo(403);
        assertThat(statusOf("/v1/projects/two/messages:send", "Bearer " + oauth.issue("two")))
                .isEqualTo(200);
    }

    @Test
    void otherUrlsAndMethodsAreNotFound() throws Exception {
        String bearer = "Bearer " + oauth.issue("one");

        assertThat(statusOf("/v1/projects/one/messages", bearer)).isEqualTo(404);
        assertThat(statusOf("/fcm/send", bearer)).isEqualTo(404);
        HttpRequest get = HttpRequest.newBuilder(fcm.uri().resolve(SEND)).build();
        HttpResponse<String> response = client.send(get);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(ErrorBody.of(response.body()).types()).isEmpty();
    }

    @Test
    void theEndpointFailsAsTold() throws Exception {
        oauth.fail(503, "backend_error", 2);
        String assertion = assertion(ONE, SCOPE);

        assertThat(ask(assertion).statusCode()).isEqualTo(503);
        assertThat(ask(assertion).body()).contains("backend_error");
        assertThat(ask(assertion).statusCode()).isEqualTo(200);
    }

    @Test
    void theEndpointHoldsAnswersBackAsTold() throws Exception {
        oauth.hold();
        CompletableFuture<HttpResponse<String>> held =
                http.sendAsync(request(form(assertion(ONE, SCOPE))), HttpResponse.BodyHandlers.ofString());
        Eventually.holds(() -> oauth.requests() == 1);
        assertThat(held).isNotDone();

        oauth.release();

        assertThat(held.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void theLifetimeCanBeSet() throws Exception {
        oauth.lifetime(Duration.ofSeconds(10));
        String body = ask(assertion(ONE, SCOPE)).body();

        assertThat(body).contains("\"expires_in\":10,");
    }

    @Test
    void theServiceAccountFileIsComplete() {
        JsonObject json = JsonParser.parseString(fcm.serviceAccountJson("two")).getAsJsonObject();

        assertThat(json.get("type").getAsString()).isEqualTo("service_account");
        assertThat(json.get("project_id").getAsString()).isEqualTo("two");
        assertThat(json.get("client_email").getAsString()).isEqualTo(TWO.clientEmail());
        assertThat(json.get("private_key").getAsString()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(json.get("token_uri").getAsString()).isEqualTo(oauth.uri().toString());
        assertThat(fcm.projectId()).isEqualTo("one");
        assertThatThrownBy(() -> fcm.serviceAccountJson("three")).hasMessageContaining("three");
    }

    private String assertion(TestServiceAccount account, String scope) {
        return Jwt.google(account, scope, now.get());
    }

    private HttpResponse<String> ask(String assertion) throws Exception {
        return post(form(assertion));
    }

    private static String form(String assertion) {
        return "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
                + "&assertion=" + assertion;
    }

    private HttpResponse<String> post(String form) throws Exception {
        return http.send(request(form), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String form) {
        return HttpRequest.newBuilder(oauth.uri())
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private int statusOf(String path, String authorization) throws Exception {
        return client.send(client.request(path, authorization, MESSAGE).build()).statusCode();
    }
}
