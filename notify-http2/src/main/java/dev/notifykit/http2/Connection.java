package dev.notifykit.http2;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A connection as all threads see it: how many streams are taken, how many there may be, and calls that are to begin. What else it knows is
 * known by its {@link Wire}, on the event loop.
 */
final class Connection {

    private final EventLoop loop;
    private final Runnable freed;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicReference<@Nullable Http2Call> inbox = new AtomicReference<>();
    private volatile int limit;
    private volatile @Nullable Wire wire;

    /**
     * One that nobody can use yet.
     *
     * @param freed told when a stream is free
     */
    Connection(EventLoop loop, Runnable freed) {
        this.loop = loop;
        this.freed = freed;
    }

    /** Streams that are taken, of those that there may be. */
    int taken() {
        return taken.get();
    }

    /** How many streams there may be; 0 where no new ones may begin. */
    int limit() {
        return limit;
    }

    /** On the event loop: so many streams there may be from now on. */
    void admit(Wire by, int streams) {
        wire = by;
        limit = streams;
        if (streams > 0) {
            freed.run();
        }
    }

    /** A stream, where one is free. */
    boolean take() {
        int before = taken.get();
        while (before < limit) {
            if (taken.compareAndSet(before, before + 1)) {
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    void free() {
        taken.decrementAndGet();
        freed.run();
    }

    /** The first of those that have come together wakes the event loop. */
    void begin(Http2Call call) {
        Http2Call before;
        do {
            before = inbox.get();
            call.below = before;
        } while (!inbox.compareAndSet(before, call));
        if (before == null) {
            try {
                loop.execute(this::beginAll);
            } catch (RejectedExecutionException closed) {
                refuseAll("the client is closed");
            }
        }
    }

    private void beginAll() {
        Wire begun = wire;
        if (begun == null) {
            refuseAll("the connection was lost");
        } else {
            begun.beginAll(takeAll());
        }
    }

    private void refuseAll(String reason) {
        for (Http2Call call = takeAll(); call != null; call = call.below) {
            free();
            call.end(reason);
        }
    }

    /** In the order in which they came. */
    private @Nullable Http2Call takeAll() {
        Http2Call first = null;
        Http2Call call = inbox.getAndSet(null);
        while (call != null) {
            Http2Call next = call.below;
            call.below = first;
            first = call;
            call = next;
        }
        return first;
    }

    void abort(Http2Call call) {
        Wire begun = wire;
        if (begun != null) {
            try {
                loop.execute(() -> begun.abort(call));
            } catch (RejectedExecutionException closed) {
                // Whatever was open has ended with the event loop.
            }
        }
    }

    /** For whoever wonders. */
    @Override
    public String toString() {
        return taken + " of " + limit;
    }
}
