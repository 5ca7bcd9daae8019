package dev.notifykit.fcm;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of one service. One daemon thread asks Google for it, one request at a time and well ahead of expiry; whoever needs
 * a token while there is none shares one future, and blocks no thread. After a failure nobody asks again before the back-off is over:
 * until then the failure itself is the answer.
 *
 * <p>A token that FCM refuses (401) is dropped by its value, so that the many requests that carried it cause one new token only. When
 * the new one is refused before it was ever accepted, the sender is misconfigured.
 *
 * <p>{@code lock} guards all fields but {@code current}, which is also read without it; no foreign code runs while it is held.
 *
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/auth-server">FCM: authorise send requests</a>
 */
final class AccessTokens {

    /** Google's own clients refresh within the last 3 min 45 s; a little earlier leaves several tries. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    /** A token this close to its end may be dead on arrival. */
    private static final Duration LAST_SECONDS = Duration.ofSeconds(10);

    /** For tokens that do not say when they end: Google's live for an hour. */
    private static final Duration UNSAID_LIFETIME = Duration.ofMinutes(50);

    /** A lane probes a misconfigured sender every 30 s, and should then hear of today's state. */
    static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(AccessTokens.class);

    private final CredentialSource source;
    private final Duration firstBackoff;
    private final Workers workers;
    private final ScheduledThreadPoolExecutor refresher;
    private final Object lock = new Object();

    private GoogleCredentials credentials;
    private volatile @Nullable Token current;
    private @Nullable CompletableFuture<Grant> pending;
    private @Nullable Token newest;
    private @Nullable Failure failure;
    private int failures;
    private @Nullable ScheduledFuture<?> ahead;
    private boolean reload;
    private boolean closed;
    private @Nullable String dropped;
    private @Nullable String condemned;

    AccessTokens(CredentialSource source, GoogleCredentials credentials, Duration firstBackoff, Workers workers) {
        this.source = source;
        this.credentials = credentials;
        this.firstBackoff = firstBackoff;
        this.workers = workers;
        refresher = new ScheduledThreadPoolExecutor(1, Workers.daemons("notify-fcm-token-"));
        refresher.setRemoveOnCancelPolicy(true);
        refresher.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** A token, or the response that says why there is none. */
    sealed interface Grant {
        record Granted(Token token) implements Grant {}

        record Denied(PushResponse response) implements Grant {}
    }

    /** One value and how long it may be used; never shown. */
    static final class Token {
        final String value;
        private final long usableUntilNanos;
        private final boolean afterRefusal;
        private volatile boolean proven;

        Token(String value, long usableUntilNanos, boolean afterRefusal) {
            this.value = value;
            this.usableUntilNanos = usableUntilNanos;
            this.afterRefusal = afterRefusal;
        }

        /** FCM has taken it for what it is. */
        void accepted() {
            if (!proven) {
                proven = true;
            }
        }

        private boolean usable() {
            return System.nanoTime() - usableUntilNanos < 0;
        }
    }

    /** What is answered until the back-off is over; {@code fix} is set when asking again will not help. */
    private record Failure(String reason, @Nullable String fix, long untilNanos) {
        PushResponse response() {
            if (fix != null) {
                return new Misconfigured(reason, fix);
            }
            Duration left = Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
            return new Unavailable(Unavailable.Cause.NOT_SENT, "no access token: " + reason, left);
        }
    }

    /** The token of now, or null: then ask {@link #next()}. */
    @Nullable
    Token now() {
        Token token = current;
        return token != null && token.usable() ? token : null;
    }

    /** Never blocks; completes on a worker thread, and surely when this is closed. */
    CompletableFuture<Grant> next() {
        synchronized (lock) {
            Token token = now();
            if (token != null) {
                return CompletableFuture.completedFuture(new Grant.Granted(token));
            }
            if (closed) {
                return CompletableFuture.completedFuture(new Grant.Denied(closedResponse()));
            }
            if (pending == null && failure != null && System.nanoTime() - failure.untilNanos < 0) {
                return CompletableFuture.completedFuture(new Grant.Denied(failure.response()));
            }
            return begin();
        }
    }

    /** The refresh under way, or a new one. */
    private CompletableFuture<Grant> begin() {
        CompletableFuture<Grant> started = pending;
        if (started == null) {
            started = new CompletableFuture<>();
            pending = started;
            refresher.execute(this::refresh);
        }
        return started;
    }

    /**
     * FCM answered 401 to this token.
     *
     * @return whether the sender is misconfigured: the token was fresh, and so was the refusal of the one before
     */
    boolean refused(Token token) {
        synchronized (lock) {
            if (token.value.equals(condemned)) {
                return true;
            }
            Token held = current;
            if (held == null || !held.value.equals(token.value)) {
                return false;
            }
            current = null;
            dropped = token.value;
            if (held.afterRefusal && !held.proven) {
                condemned = token.value;
                reload = true;
                fail("UNAUTHENTICATED", "FCM refuses fresh access tokens of these credentials");
                return true;
            }
            return false;
        }
    }

    /** FCM says that this sender may not send. Another credential may have been put in place, so the source is asked again. */
    void forbidden(Token token) {
        synchronized (lock) {
            Token held = current;
            if (held != null && held.value.equals(token.value)) {
                current = null;
                reload = true;
                fail("PERMISSION_DENIED", "the service account may not send in this project");
            }
        }
    }

    private void refresh() {
        AccessToken fetched;
        try {
            fetched = fetch();
        } catch (Unreadable e) {
            failed("CREDENTIALS_UNREADABLE", "the source gives no valid service account any more");
            return;
        } catch (IOException | RuntimeException e) {
            failed(e);
            return;
        } catch (Error e) {
            failed(e);
            throw e;
        }
        String value = fetched.getTokenValue();
        Duration left = left(fetched);
        if (value == null || value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c <= '~')) {
            failed("malformed token", null);
        } else if (left.toMillis() < 100) {
            failed("the token has expired on arrival", null);
        } else {
            succeeded(value, left);
        }
    }

    private void succeeded(String value, Duration left) {
        Duration reserve = shorter(LAST_SECONDS, left.dividedBy(10));
        CompletableFuture<Grant> waiting;
        Token token;
        synchronized (lock) {
            if (closed) {
                return;
            }
            token = new Token(value, System.nanoTime() + left.minus(reserve).toNanos(), dropped != null);
            current = token;
            newest = token;
            dropped = null;
            failure = null;
            waiting = pending;
            pending = null;
            schedule(left.minus(shorter(AHEAD, left.dividedBy(4))));
        }
        log.debug("access token refreshed, {} s to live", left.toSeconds());
        tell(waiting, new Grant.Granted(token));
    }

    /** On the token thread; blocks. */
    private AccessToken fetch() throws IOException {
        boolean again;
        GoogleCredentials use;
        String last;
        synchronized (lock) {
            again = reload;
            use = credentials;
            Token held = current;
            last = held != null ? held.value : dropped;
        }
        if (again) {
            try {
                use = source.load();
            } catch (IOException | RuntimeException e) {
                throw new Unreadable(e);
            }
            synchronized (lock) {
                credentials = use;
                reload = false;
            }
        }
        AccessToken cached = use.getAccessToken();
        if (cached == null || cached.getTokenValue().equals(last) || expired(cached)) {
            use.refresh();
            cached = use.getAccessToken();
        }
        if (cached == null) {
            throw new IOException("the credentials give no token");
        }
        return cached;
    }

    /** The source was asked again and gave nothing. */
    private static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreadable(Exception cause) {
            super(cause);
        }
    }

    private static boolean expired(AccessToken token) {
        return left(token).compareTo(LAST_SECONDS) < 0;
    }

    private static Duration left(AccessToken token) {
        Date end = token.getExpirationTime();
        return end == null ? UNSAID_LIFETIME : Duration.between(Instant.now(), end.toInstant());
    }

    private void failed(Throwable e) {
        HttpResponseException answer = answerIn(e);
        int status = answer == null ? 0 : answer.getStatusCode();
        boolean permanent = status == 400 || status == 401 || status == 403;
        failed(
                answer == null ? e.getClass().getSimpleName() : oauthError(answer),
                permanent ? "Google gives these credentials no access token: check key, account and clock" : null);
    }

    private void failed(String reason, @Nullable String fix) {
        CompletableFuture<Grant> waiting;
        Failure made;
        synchronized (lock) {
            if (closed) {
                return;
            }
            reload = reload || fix != null;
            made = fail(reason, fix);
            waiting = pending;
            pending = null;
            if (now() != null) {
                schedule(Duration.ofNanos(made.untilNanos - System.nanoTime()));
            }
        }
        // Only words of ours: the exception's text names the account and may quote the answer.
        log.warn("no new access token: {}", fix == null ? reason : reason + "; " + fix);
        tell(waiting, new Grant.Denied(made.response()));
    }

    private Failure fail(String reason, @Nullable String fix) {
        // A token alone is no success: FCM may refuse every one of them.
        failures = newest != null && newest.proven ? 1 : failures + 1;
        newest = null;
        long cap = Math.min(MAX_BACKOFF.toNanos(), firstBackoff.toNanos() << Math.min(failures - 1, 20));
        // Half fixed, half random: many instances that failed together do not come back together.
        long wait = cap / 2 + ThreadLocalRandom.current().nextLong(cap / 2 + 1);
        Failure made = new Failure(reason, fix, System.nanoTime() + wait);
        failure = made;
        return made;
    }

    private void schedule(Duration delay) {
        if (ahead != null) {
            ahead.cancel(false);
        }
        if (!closed) {
            ahead = refresher.schedule(this::refreshAhead, Math.max(delay.toMillis(), 0), TimeUnit.MILLISECONDS);
        }
    }

    private void refreshAhead() {
        synchronized (lock) {
            if (!closed && pending == null) {
                // Nobody waits for it; who comes before it is done, shares it.
                pending = new CompletableFuture<>();
                refresher.execute(this::refresh);
            }
        }
    }

    private void tell(@Nullable CompletableFuture<Grant> waiting, Grant grant) {
        if (waiting != null) {
            workers.executeOrRun(() -> waiting.complete(grant));
        }
    }

    void close() {
        CompletableFuture<Grant> waiting;
        synchronized (lock) {
            closed = true;
            current = null;
            waiting = pending;
            pending = null;
        }
        refresher.shutdownNow();
        tell(waiting, new Grant.Denied(closedResponse()));
    }

    static PushResponse closedResponse() {
        return new Unavailable(Unavailable.Cause.NOT_SENT, "the service is closed");
    }

    private static @Nullable HttpResponseException answerIn(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof HttpResponseException answer) {
                return answer;
            }
        }
        return null;
    }

    /** Google's code, such as {@code invalid_grant}; its description may name the account and is left out. */
    private static String oauthError(HttpResponseException answer) {
        String fallback = "HTTP " + answer.getStatusCode();
        try {
            JsonElement body = JsonParser.parseString(answer.getContent() == null ? "" : answer.getContent());
            JsonElement code = body.isJsonObject() ? body.getAsJsonObject().get("error") : null;
            String text = code != null && code.isJsonPrimitive() ? code.getAsString() : fallback;
            return text.matches("[a-zA-Z0-9_]{1,64}") ? text : fallback;
        } catch (JsonParseException notJson) {
            return fallback;
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
