package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmTransport.Outcome;
import dev.notifykit.fcm.FcmTransport.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to FCM: an OkHttp client with a pool of its own, since within one pool OkHttp decides alone how many
 * connections there are. When the connection has fallen silent, a new client with a new pool takes its place.
 *
 * <p><b>One dial at a time.</b> Left to itself OkHttp dials once for every call that finds no connection: 64 calls on a cold client
 * make 64 TLS handshakes. Here the first call dials and the others wait for it, then share its connection: OkHttp looks into its pool
 * once more after the event {@code proxySelectStart}, in which they wait. When the dial fails, those who waited fail with it.
 *
 * <p><b>Never twice.</b> {@code retryOnConnectionFailure(false)}, no redirects, and a body that may be written once: with any of them
 * missing OkHttp re-sends after 408, 421, 503, a reset stream or a lost connection. Should a later version find another occasion:
 * {@link PostCall#beginWriting()} lets a call pass to the wire once.
 */
final class ConnectionSlot {

    /** A NAT keeps the connection, and a dead peer is noticed within a minute, or before that by a request without an answer. */
    private static final Duration PING = Duration.ofSeconds(30);

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** "Keep connections open": a new one costs a handshake, an idle one a ping now and then. */
    private static final Duration IDLE = Duration.ofMinutes(30);

    private static final Logger log = LoggerFactory.getLogger(ConnectionSlot.class);

    /** Calls now on this slot; guarded by the transport's lock. */
    final Set<PostCall> open = new HashSet<>();

    private final Executor executor;
    private final HttpUrl base;
    private final ReentrantLock dial = new ReentrantLock();
    /** Carries new calls. Those of the one before end where they began. */
    private volatile OkHttpClient client;

    private volatile long answeredNanos = System.nanoTime();
    private volatile boolean connected;
    private final AtomicInteger failedDials = new AtomicInteger();
    private volatile String lastFailure = "no connection";

    ConnectionSlot(Settings settings, TrustedCertificates trust) {
        executor = settings.executor();
        base = Objects.requireNonNull(HttpUrl.get(settings.baseUri()), "an http address");
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .connectionPool(pool())
                .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .pingInterval(PING)
                .connectTimeout(CONNECT)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(settings.attemptTimeout())
                .eventListener(new DialGate())
                .addNetworkInterceptor(ConnectionSlot::intercept);
        client = trust.applyTo(builder).build();
    }

    private static ConnectionPool pool() {
        return new ConnectionPool(OkHttpTransport.STREAMS_PER_CONNECTION, IDLE.toSeconds(), TimeUnit.SECONDS);
    }

    boolean connected() {
        return connected;
    }

    /** Blocks until the call has ended; says how, and tells nobody yet. */
    Outcome run(PostCall post) {
        Outcome outcome = null;
        OkHttpClient used = client;
        try {
            outcome = post.execute(used.newCall(request(post)));
            return outcome;
        } finally {
            endDial(outcome);
            if (!used.equals(client)) {
                used.connectionPool().evictAll(); // with the last call its connection goes
            } else if (outcome instanceof Outcome.Response) {
                answeredNanos = System.nanoTime();
            }
        }
    }

    /** Makes later calls take a new connection if nothing was answered on this one since then. Does not block. */
    synchronized void renewIfSilent(long sinceNanos) {
        if (!connected || answeredNanos - sinceNanos >= 0) {
            return;
        }
        OkHttpClient old = client;
        connected = false;
        answeredNanos = System.nanoTime();
        client = old.newBuilder().connectionPool(pool()).build();
        try {
            executor.execute(old.connectionPool()::evictAll);
        } catch (RejectedExecutionException noThread) {
            log.debug("no thread to close an idle connection; its pings will end it");
        }
    }

    void evict() {
        client.connectionPool().evictAll();
    }

    private Request request(PostCall post) {
        return new Request.Builder()
                .url(base.resolve(post.path))
                .header("Authorization", "Bearer " + post.bearer)
                // OkHttp would ask for gzip and unpack it without a bound.
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "NotifyKit")
                .tag(PostCall.class, post)
                .post(post.body)
                .build();
    }

    /** Runs with a connection in hand and before the first byte. */
    private static Response intercept(Interceptor.Chain chain) throws IOException {
        PostCall post = Objects.requireNonNull(chain.request().tag(PostCall.class));
        Connection connection = Objects.requireNonNull(chain.connection());
        if (connection.protocol() != Protocol.HTTP_2) {
            post.fail("the server does not speak HTTP/2");
            throw new IOException("not HTTP/2");
        }
        if (!post.beginWriting()) {
            throw new IOException("aborted before it was written");
        }
        return chain.proceed(chain.request());
    }

    /** Still holding the lock means that no connection was acquired. */
    private void endDial(@Nullable Outcome outcome) {
        if (dial.isHeldByCurrentThread()) {
            connected = false;
            failedDials.incrementAndGet();
            lastFailure = outcome instanceof Outcome.Unsent unsent ? unsent.reason() : "no connection";
            dial.unlock();
        }
    }

    private final class DialGate extends EventListener {

        /** OkHttp found no connection for this call and is about to make one. */
        @Override
        public void proxySelectStart(Call call, HttpUrl url) {
            int failedBefore = failedDials.get();
            dial.lock();
            if (failedDials.get() != failedBefore) {
                dial.unlock();
                PostCall post = call.request().tag(PostCall.class);
                if (post != null) {
                    post.fail(lastFailure);
                }
                call.cancel();
            }
        }

        /** Its own new connection or another call's: the next may look into the pool. */
        @Override
        public void connectionAcquired(Call call, Connection connection) {
            if (dial.isHeldByCurrentThread()) {
                connected = true;
                dial.unlock();
            }
        }
    }
}
