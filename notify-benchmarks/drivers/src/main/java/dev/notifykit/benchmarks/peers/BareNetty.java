package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * netty's codec as fast as it can be: its event loop does all of it, from the encoding of a message to the count of its answer, so that no message ever
 * changes threads, and what takes the place of all answers of one read is written together. No host can use it so.
 */
public final class BareNetty extends NettyPeer {

    private final InOrder source;

    /**
     * Gets an access token, opens all connections and waits for the server's settings on each.
     *
     * @param endpoint where to
     * @throws Exception when that fails
     */
    public BareNetty(Endpoint endpoint) throws Exception {
        this(endpoint, new InOrder());
    }

    private BareNetty(Endpoint endpoint, InOrder source) throws Exception {
        super(endpoint, source);
        this.source = source;
    }

    @Override
    public void send(Batch batch) {
        onLoop(() -> {
            source.batch = batch;
            source.next = 0;
            fill();
        });
    }

    /** The messages of a run in their order, for whichever connection has a stream free. Of the event loop alone. */
    private static final class InOrder implements Source {

        private Batch batch = new Batch(0, 0);
        private int next;

        @Override
        public byte @Nullable [] next() {
            return next == batch.size() ? null : FcmMessage.of(batch, next++);
        }

        @Override
        public void accepted() {
            batch.accepted();
        }

        @Override
        public void failed(String how) {
            batch.failed(how);
        }
    }
}
