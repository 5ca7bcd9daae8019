package dev.notifykit.testkit;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.internal.fcm.AccessTokens;
import dev.notifykit.testkit.internal.fcm.Assertion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A fake of Google's OAuth token endpoint, plain HTTP on loopback: takes a service account's signed assertion and issues the access
 * tokens that its {@link FcmSimulator} takes. Thread-safe. Belongs to the simulator and is closed with it.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account">Google: OAuth 2.0 for server to server
 *     applications</a>
 */
public final class TokenEndpoint {
    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    /** Google's: one second less than an hour. */
    private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(3599);

    private final HttpServer server;
    private final ExecutorService threads;
    private final List<TestServiceAccount> accounts;
    private final AccessTokens tokens;
    private final InstantSource clock;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Duration lifetime = DEFAULT_LIFETIME;

    TokenEndpoint(List<TestServiceAccount> accounts, AccessTokens tokens, InstantSource clock) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.clock = clock;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "oauth-simulator");
            thread.setDaemon(true);
            return thread;
        });
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port for the token endpoint", e);
        }
        server.setExecutor(threads);
        server.createContext("/token", this::handle);
        server.start();
    }

    /** Its address, for a service account's {@code token_uri}. */
    public URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/token");
    }

    /** Requests so far, failed ones too. */
    public int requests() {
        return requests.get();
    }

    /** Access tokens issued so far over HTTP. */
    public int issued() {
        return issued.get();
    }

    /** How long tokens issued from now on are good for. Default 3,599 seconds. */
    public void lifetime(Duration value) {
        lifetime = Objects.requireNonNull(value, "lifetime");
    }

    /** The next requests, as many as given, fail with this HTTP status and OAuth error: {@code fail(400, "invalid_grant", 1)}. */
    public void fail(int status, String error, int times) {
        failure.set(times > 0 ? new Failure(status, error, times) : null);
    }

    /** Requests from now on wait for an answer until {@link #release()}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    /** Ends {@link #hold()}. */
    public void release() {
        gate.countDown();
    }

    /** From now on no token issued so far is taken: 401. */
    public void revokeAll() {
        tokens.revokeAll();
    }

    /** An access token for the given project without asking over HTTP, for a raw client. */
    public String issue(String projectId) {
        return tokens.issue(projectId, lifetime);
    }

    void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            Map<String, String> form =
                    form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            gate.await();
            Failure planned = failure.getAndUpdate(f -> f == null ? null : f.next());
            if (planned != null) {
                respond(exchange, planned.status(), error(planned.error(), "Scripted by the test."));
                return;
            }
            respond(exchange, form);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while held: the connection ends without an answer
        }
    }

    private void respond(HttpExchange exchange, Map<String, String> form) throws IOException {
        if (!"POST".equals(exchange.getRequestMethod()) || !GRANT_TYPE.equals(form.get("grant_type"))) {
            respond(exchange, 400, error("unsupported_grant_type", "Only signed JWT assertions are taken."));
            return;
        }
        String assertion = form.getOrDefault("assertion", "");
        TestServiceAccount account = Assertion.verify(assertion, accounts, uri().toString(), clock.instant());
        if (account == null) {
            respond(exchange, 400, error("invalid_grant", "Invalid JWT: signature, issuer, scope, audience or time."));
            return;
        }
        issued.incrementAndGet();
        JsonObject json = new JsonObject();
        json.addProperty("access_token", tokens.issue(account.projectId(), lifetime));
        json.addProperty("expires_in", lifetime.toSeconds());
        json.addProperty("token_type", "Bearer");
        respond(exchange, 200, json);
    }

    private static void respond(HttpExchange exchange, int status, JsonObject json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static JsonObject error(String error, String description) {
        JsonObject json = new JsonObject();
        json.addProperty("error", error);
        json.addProperty("error_description", description);
        return json;
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private record Failure(int status, String error, int times) {
        @Nullable
        Failure next() {
            return times > 1 ? new Failure(status, error, times - 1) : null;
        }
    }
}
