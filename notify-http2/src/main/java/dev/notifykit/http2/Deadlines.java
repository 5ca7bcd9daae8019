package dev.notifykit.http2;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for their answers, in the order in which they began. All may wait equally long: the oldest is always the next whose time is up,
 * so that one timer is enough, which is set anew only when it has fired. Of one event loop.
 */
final class Deadlines {

    private final EventLoop loop;
    private final long timeoutNanos;
    private final Consumer<Http2Call> late;
    private @Nullable Http2Call oldest;
    private @Nullable Http2Call newest;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * None yet.
     *
     * @param late gives a call up, and removes it
     */
    Deadlines(EventLoop loop, long timeoutNanos, Consumer<Http2Call> late) {
        this.loop = loop;
        this.timeoutNanos = timeoutNanos;
        this.late = late;
    }

    void add(Http2Call call) {
        call.older = newest;
        if (newest == null) {
            oldest = call;
        } else {
            newest.newer = call;
        }
        newest = call;
        if (timer == null) {
            watch(timeoutNanos);
        }
    }

    /** No effect on one that is not here. */
    void remove(Http2Call call) {
        Http2Call before = call.older;
        Http2Call after = call.newer;
        if (before == null && oldest != call) {
            return;
        }
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        call.older = null;
        call.newer = null;
    }

    void close() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void watch(long nanos) {
        timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        timer = null;
        long now = System.nanoTime();
        Http2Call call = oldest;
        while (call != null && now - call.startedNanos >= timeoutNanos) {
            late.accept(call);
            call = oldest;
        }
        if (call != null && timer == null) {
            watch(timeoutNanos - (now - call.startedNanos));
        }
    }
}
