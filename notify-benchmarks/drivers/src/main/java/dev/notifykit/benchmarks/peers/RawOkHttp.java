package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.benchmarks.harness.Trust;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * OkHttp by hand, set up as well as its documentation knows: HTTP/2, room for all calls in the dispatcher and for all connections in the
 * pool, no second sending, and threads as cheap as the JVM has them.
 */
public final class RawOkHttp implements Peer {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");
    private static final int IDLE_CONNECTIONS = 64;

    private final OkHttpClient client;
    private final ExecutorService threads;
    private final HttpUrl url;
    private final String authorization;
    private final Semaphore permits;

    /**
     * Gets an access token; connects with the first message.
     *
     * @param endpoint where to
     * @throws IOException when there is no token
     */
    public RawOkHttp(Endpoint endpoint) throws IOException {
        Trust trust = Trust.of(endpoint.authority());
        threads = Threads.cheapest();
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(endpoint.inFlight());
        dispatcher.setMaxRequestsPerHost(endpoint.inFlight());
        client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
                .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                .sslSocketFactory(trust.context().getSocketFactory(), trust.manager())
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .pingInterval(Duration.ofSeconds(30))
                .callTimeout(Duration.ofSeconds(20))
                .build();
        url = HttpUrl.get(endpoint.fcmUri() + FcmAccess.path(endpoint));
        authorization = FcmAccess.authorization(endpoint);
        permits = new Semaphore(endpoint.inFlight());
    }

    @Override
    public void send(Batch batch) throws InterruptedException {
        for (int i = 0; i < batch.size(); i++) {
            byte[] body = FcmMessage.of(batch, i);
            Request request = new Request.Builder()
                    .url(url)
                    .header("Authorization", authorization)
                    .header("Accept-Encoding", "identity")
                    .header("User-Agent", "NotifyKit")
                    .post(RequestBody.create(body, JSON))
                    .build();
            permits.acquire();
            client.newCall(request).enqueue(new End(batch, permits));
        }
    }

    private record End(Batch batch, Semaphore permits) implements Callback {

        @Override
        public void onFailure(Call call, IOException e) {
            permits.release();
            batch.failed(e);
        }

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                byte[] name = response.body().bytes();
                permits.release();
                if (response.code() == 200 && name.length > 0) {
                    batch.accepted();
                } else {
                    batch.failed(response);
                }
            } catch (IOException e) {
                onFailure(call, e);
            }
        }
    }

    @Override
    public String about() {
        return Libraries.fcm();
    }

    @Override
    public void close() {
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
        threads.shutdown();
    }
}
