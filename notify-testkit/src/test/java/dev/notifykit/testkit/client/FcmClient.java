package dev.notifykit.testkit.client;

import dev.notifykit.testkit.FcmSimulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** FCM over the JDK's own HTTP client. */
public final class FcmClient {
    private final FcmSimulator fcm;
    private final HttpClient http;
    private final String bearer;

    public FcmClient(FcmSimulator fcm) {
        this.fcm = fcm;
        this.http = HttpClient.newBuilder()
                .sslContext(fcm.certificates().clientContext())
                .version(HttpClient.Version.HTTP_2)
                .build();
        this.bearer = "Bearer " + fcm.tokenEndpoint().issue(fcm.projectId());
    }

    /** Posts a body to the right URL with a good access token. */
    public HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request("/v1/projects/" + fcm.projectId() + "/messages:send", bearer, body)
                .build());
    }

    /** Posts a message, given as the content of {@code {"message":{…}}}. */
    public HttpResponse<String> message(String content) throws IOException, InterruptedException {
        return post("{\"message\":{" + content + "}}");
    }

    public HttpRequest.Builder request(String path, String authorization, String body) {
        return HttpRequest.newBuilder(fcm.uri().resolve(path))
                .header("authorization", authorization)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    public String bearer() {
        return bearer;
    }
}
