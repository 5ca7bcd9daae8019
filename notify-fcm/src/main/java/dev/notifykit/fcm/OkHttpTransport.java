package dev.notifykit.fcm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The wire on OkHttp. It keeps a fixed number of {@link ConnectionSlot slots}, each of them one HTTP/2 connection, puts a request where
 * the fewest are in flight, and opens a further connection only when those it has are half full. What finds no room waits in a
 * bounded queue, from which a worker thread takes its next request.
 *
 * <p>{@code lock} guards {@code waiting}, {@code closed} and the slots' open calls; nothing foreign is called while it is held.
 */
final class OkHttpTransport implements FcmTransport {

    /** FCM takes 100 streams per HTTP/2 connection; with more OkHttp would open connections as it sees fit. */
    static final int STREAMS_PER_CONNECTION = 100;

    /** Several lanes may share one service, each with the bound of the whole; what they hold together still has to fit. */
    private static final int WAITING_PER_IN_FLIGHT = 4;

    private static final long CLOSE_PATIENCE_MILLIS = 5_000;

    private final Settings settings;
    private final List<ConnectionSlot> slots = new ArrayList<>();
    private final Object lock = new Object();
    private final Queue<PostCall> waiting = new ArrayDeque<>();
    private boolean closed;

    OkHttpTransport(Settings settings) {
        this.settings = settings;
        TrustedCertificates trust = TrustedCertificates.of(settings.trusted());
        for (int i = 0; i < settings.connections(); i++) {
            slots.add(new ConnectionSlot(settings, trust));
        }
    }

    @Override
    public int maxInFlight() {
        return STREAMS_PER_CONNECTION * slots.size();
    }

    @Override
    public Exchange post(String path, String bearer, byte[] body, Consumer<Outcome> end) {
        PostCall post = new PostCall(path, bearer, body, this::renewSilent, end);
        ConnectionSlot slot = null;
        String refusal = null;
        synchronized (lock) {
            if (closed) {
                refusal = "the service is closed";
            } else {
                slot = freeSlot();
                if (slot != null) {
                    slot.open.add(post);
                } else if (!queue(post)) {
                    refusal = "more than " + maxInFlight() + " requests in flight and as many waiting as are allowed";
                }
            }
        }
        if (refusal != null) {
            post.fail(refusal);
        } else if (slot != null) {
            start(slot, post);
        }
        return post;
    }

    private void start(ConnectionSlot slot, PostCall post) {
        try {
            settings.executor().execute(() -> work(slot, post));
        } catch (RejectedExecutionException noThread) {
            takeNext(slot, post, false);
            post.fail("no thread left");
        }
    }

    /** The place of a call is free again before its end is told: who then sends the next one finds it. */
    private void work(ConnectionSlot slot, PostCall first) {
        PostCall post = first;
        try {
            while (post != null) {
                PostCall ended = post;
                Outcome outcome = slot.run(ended);
                post = takeNext(slot, ended, true);
                ended.finish(outcome);
            }
        } finally {
            // An Error ends this thread; the request it carries must neither hang nor keep its place.
            if (post != null) {
                takeNext(slot, post, false);
                post.fail("the sending thread died");
            }
        }
    }

    /** Gives up the place of a call that has ended, or gives it to the longest waiting one. */
    private @Nullable PostCall takeNext(ConnectionSlot slot, PostCall done, boolean reuse) {
        synchronized (lock) {
            slot.open.remove(done);
            lock.notifyAll();
            PostCall next = null;
            while (reuse && (next == null || next.ended()) && !waiting.isEmpty()) {
                next = waiting.poll();
            }
            if (next == null || next.ended()) {
                return null;
            }
            slot.open.add(next);
            return next;
        }
    }

    /**
     * A network box that forgets a connection says so to nobody, and whatever is written to it is lost until TCP or a ping gives up. So
     * after a request without an answer no new one goes where nothing was heard since: neither to its own connection nor to those that
     * have been idle, which went the same way.
     */
    private void renewSilent(long sinceNanos) {
        slots.forEach(slot -> slot.renewIfSilent(sinceNanos));
    }

    private @Nullable ConnectionSlot freeSlot() {
        ConnectionSlot warm = null;
        ConnectionSlot any = null;
        for (ConnectionSlot slot : slots) {
            if (any == null || slot.open.size() < any.open.size()) {
                any = slot;
            }
            if (slot.connected() && (warm == null || slot.open.size() < warm.open.size())) {
                warm = slot;
            }
        }
        ConnectionSlot best = warm != null && warm.open.size() < STREAMS_PER_CONNECTION / 2 ? warm : any;
        return best != null && best.open.size() < STREAMS_PER_CONNECTION ? best : null;
    }

    private boolean queue(PostCall post) {
        int bound = WAITING_PER_IN_FLIGHT * maxInFlight();
        if (waiting.size() >= bound) {
            waiting.removeIf(PostCall::ended);
        }
        return waiting.size() < bound && waiting.add(post);
    }

    @Override
    public void close() {
        List<PostCall> left = new ArrayList<>();
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            left.addAll(waiting);
            waiting.clear();
            slots.forEach(slot -> left.addAll(slot.open));
        }
        // Ending calls runs the host's code, closing sockets may wait for the peer.
        Workers.daemons("notify-fcm-close-").newThread(() -> end(left)).start();
    }

    private void end(List<PostCall> left) {
        left.forEach(post -> post.fail("the service is closed"));
        awaitWorkers();
        slots.forEach(ConnectionSlot::evict);
    }

    private void awaitWorkers() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_PATIENCE_MILLIS);
        synchronized (lock) {
            long leftMillis = CLOSE_PATIENCE_MILLIS;
            while (leftMillis > 0 && slots.stream().anyMatch(slot -> !slot.open.isEmpty())) {
                try {
                    lock.wait(leftMillis);
                } catch (InterruptedException hurry) {
                    Thread.currentThread().interrupt();
                    return;
                }
                leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
        }
    }
}
