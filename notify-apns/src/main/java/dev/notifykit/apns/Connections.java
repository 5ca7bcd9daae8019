package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One generation of connections: a pushy client and what we know of its health. pushy cannot take back a push, nor reset a stream that
 * is never answered, so what timed out stays with it: such leftovers fill its queue or use up the connection's streams, and are
 * counted here. Thread-safe.
 */
final class Connections implements Generation {

    private final long generation;
    private final ApnsClient client;
    private final long attemptTimeoutNanos;
    private final LongSupplier nanoTime;
    private final long openedNanos;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final AtomicBoolean retired = new AtomicBoolean();
    private volatile boolean silent;
    private volatile long answeredNanos;
    private @Nullable CompletableFuture<Void> closing;

    Connections(long generation, ApnsClient client, Duration attemptTimeout, LongSupplier nanoTime) {
        this.generation = generation;
        this.client = client;
        attemptTimeoutNanos = attemptTimeout.toNanos();
        this.nanoTime = nanoTime;
        openedNanos = nanoTime.getAsLong();
        answeredNanos = openedNanos;
    }

    @Override
    public long generation() {
        return generation;
    }

    void send(Attempt attempt) {
        open.incrementAndGet();
        try {
            CompletableFuture<?> unused = client.sendNotification(attempt).whenComplete(attempt::end);
        } catch (RuntimeException unsent) { // the connections' threads have ended
            attempt.end(null, unsent);
        }
    }

    void answered() {
        answeredNanos = nanoTime.getAsLong();
    }

    /** An attempt got its answer in time. */
    void ended() {
        open.decrementAndGet();
    }

    /** An attempt timed out, and pushy still has it. */
    void gaveUp() {
        leftBehind.incrementAndGet();
        open.decrementAndGet();
        if (nanoTime.getAsLong() - answeredNanos >= attemptTimeoutNanos) {
            silent = true;
        }
    }

    /** pushy has let go of an attempt that timed out. */
    void collected() {
        leftBehind.decrementAndGet();
    }

    int leftBehind() {
        return leftBehind.get();
    }

    /** Whether nobody waits for an answer from here. */
    boolean drained() {
        return open.get() == 0;
    }

    Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - openedNanos);
    }

    /** Whether a push timed out while nothing else was answered either: the peer is gone, mute, or out of streams. */
    boolean silent() {
        return silent;
    }

    /**
     * Marks it as being replaced.
     *
     * @return false when it was marked already
     */
    boolean retire() {
        return retired.compareAndSet(false, true);
    }

    /** Takes the mark back: no replacement could be made. */
    void keep() {
        retired.set(false);
    }

    /** Closes once what is in flight has ended. Every call gives the same future, which pushy's own close does not. */
    synchronized CompletableFuture<Void> close() {
        if (closing == null) {
            closing = client.close();
        }
        return closing;
    }
}
