package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Endpoint;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * netty's codec as a host can use it: a thread of the host encodes messages and hands them to the event loop, under a semaphore, as the other clients by
 * hand are used.
 */
public final class FedNetty extends NettyPeer {

    private final HandedOver source;

    /**
     * Gets an access token, opens all connections and waits for the server's settings on each.
     *
     * @param endpoint where to
     * @throws Exception when that fails
     */
    public FedNetty(Endpoint endpoint) throws Exception {
        this(endpoint, new HandedOver(endpoint.inFlight()));
    }

    private FedNetty(Endpoint endpoint, HandedOver source) throws Exception {
        super(endpoint, source);
        this.source = source;
    }

    @Override
    public void send(Batch batch) throws InterruptedException {
        source.batch = batch;
        for (int i = 0; i < batch.size(); i++) {
            source.permits.acquire();
            source.bodies.add(FcmMessage.of(batch, i));
            if (source.isAwake.compareAndSet(false, true)) {
                onLoop(this::drain);
            }
        }
    }

    private void drain() {
        source.isAwake.set(false); // before it looks: whatever comes later wakes it again
        fill();
    }

    private static final class HandedOver implements Source {

        private final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean isAwake = new AtomicBoolean();
        private final Semaphore permits;
        private volatile Batch batch = new Batch(0, 0);

        HandedOver(int inFlight) {
            permits = new Semaphore(inFlight);
        }

        @Override
        public byte @Nullable [] next() {
            return bodies.poll();
        }

        @Override
        public void accepted() {
            permits.release();
            batch.accepted();
        }

        @Override
        public void failed(String how) {
            permits.release();
            batch.failed(how);
        }
    }
}
