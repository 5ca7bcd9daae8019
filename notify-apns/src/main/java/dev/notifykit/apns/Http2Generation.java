package dev.notifykit.apns;

import dev.notifykit.http2.FreeStreams;
import dev.notifykit.http2.Http2Client;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One generation of connections of our own wire: a client, and the provider token that its requests carry. Guarded by its {@link Http2Link}. */
final class Http2Generation implements Generation, FreeStreams {

    private final long generation;
    private final Http2Link link;
    private final Http2Client client;
    private final LongSupplier nanoTime;
    private final long openedNanos;

    /** How many requests hold a stream, or are about to. */
    int open;

    /** On its way out: another one is being made, or was. */
    boolean leaving;

    /** Takes nothing new, and is closed when nothing is open any more. */
    boolean retired;

    /** Read without the lock. */
    volatile ProviderTokens.@Nullable Token token;

    /** Opens no connection yet. */
    Http2Generation(long generation, Http2Link link, Http2Dialer dialer, int maxBody, LongSupplier nanoTime) {
        this.generation = generation;
        this.link = link;
        this.nanoTime = nanoTime;
        openedNanos = nanoTime.getAsLong();
        client = dialer.open(this, maxBody);
    }

    @Override
    public long generation() {
        return generation;
    }

    Http2Client client() {
        return client;
    }

    Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - openedNanos);
    }

    @Override
    public void free() {
        link.sendWaiting();
    }

    @Override
    public void noConnection(String reason) {
        link.noConnection(this, reason);
    }
}
