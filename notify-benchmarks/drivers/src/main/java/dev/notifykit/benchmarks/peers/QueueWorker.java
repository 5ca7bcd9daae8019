package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.benchmarks.road.InstantService;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.RedisStores;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A client that works on what others have handed in, over a provider that accepts at once: started for each run, until nothing is pending
 * in the queue.
 */
public final class QueueWorker implements Peer {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 5;

    private final Endpoint endpoint;

    /**
     * Connects with each run.
     *
     * @param endpoint where to
     */
    public QueueWorker(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void send(Batch batch) throws InterruptedException {
        RedisStores stores = Roads.redis(endpoint);
        WorkQueue queue = Objects.requireNonNull(stores.workQueue());
        try (PushClient client = PushClient.builder()
                .app(Content.APP, new Counting(new InstantService(endpoint.inFlight()), batch))
                .stores(stores)
                .build()) {
            client.start();
            boolean allSent = batch.await(PATIENCE);
            while (allSent && queue.state().pending() > 0) {
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Tells the batch of each message that is sent. */
    private record Counting(InstantService provided, Batch batch) implements PushService {

        @Override
        public ProviderId provider() {
            return provided.provider();
        }

        @Override
        public int maxInFlight() {
            return provided.maxInFlight();
        }

        @Override
        public CompletableFuture<PushResponse> push(PushRequest request) {
            batch.accepted();
            return provided.push(request);
        }

        @Override
        public void close() {
            provided.close();
        }
    }

    @Override
    public String about() {
        return Libraries.redis();
    }

    @Override
    public void close() {
        // each run closes its own
    }
}
