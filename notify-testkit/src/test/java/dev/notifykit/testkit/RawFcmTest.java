package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.reply.Reply;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK's own client is served. */
class RawFcmTest {
    private FcmSimulator fcm;
    private HttpClient client;

    @BeforeEach
    void start() {
        fcm = FcmSimulator.start();
        client = HttpClient.newBuilder()
                .sslContext(fcm.certificates().clientContext())
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    @AfterEach
    void stop() {
        fcm.close();
    }

    @Test
    void acceptsAndJournals() throws Exception {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = send("{\"message\":{\"token\":\"tok-1\",\"data\":{\"nk_id\":\"" + id + "\"}}}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).startsWith("{\"name\":\"projects/notifykit-test/messages/");
        assertThat(fcm.journal().count(id)).isEqualTo(1);
    }

    @Test
    void deadTokenThrottleAndRetryAfter() throws Exception {
        fcm.script("tok-1", Reply.unregistered());
        fcm.script("tok-2", Reply.throttled().retryAfter("Fri, 31 Dec 1999 23:59:59 GMT"));

        HttpResponse<String> dead = send("{\"message\":{\"token\":\"tok-1\"}}");
        HttpResponse<String> throttled = send("{\"message\":{\"token\":\"tok-2\"}}");

        assertThat(dead.statusCode()).isEqualTo(404);
        assertThat(dead.body()).contains("\"errorCode\":\"UNREGISTERED\"", "\"status\":\"NOT_FOUND\"");
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(throttled.body()).contains("QUOTA_EXCEEDED", "device:tok-2");
        assertThat(throttled.headers().firstValue("retry-after")).contains("Fri, 31 Dec 1999 23:59:59 GMT");
        assertThat(fcm.journal().accepted()).isZero();
    }

    private HttpResponse<String> send(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        fcm.uri().resolve("/v1/projects/" + fcm.projectId() + "/messages:send"))
                .header("authorization", "Bearer " + fcm.tokenEndpoint().issue(fcm.projectId()))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
