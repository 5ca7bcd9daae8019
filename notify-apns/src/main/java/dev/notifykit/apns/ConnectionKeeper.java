package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the connections that new pushes take, and replaces them: when Apple calls their provider token stale, when what they left
 * behind grows too much, or when they have fallen silent. The old ones close after their last answer, so a replacement loses
 * nothing. Replacing runs on the given executor, since making a TLS context is too slow for a connection's thread. Thread-safe.
 */
final class ConnectionKeeper implements Keeper<Connections> {

    /** Makes pushy clients that are all alike. */
    @FunctionalInterface
    interface Factory {
        ApnsClient open() throws SSLException;
    }

    /** How long a replacement that follows a lasting problem must have lived: Apple takes a flood of new connections for an attack. */
    static final Duration SPARING = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ConnectionKeeper.class);

    private final Factory factory;
    private final Executor executor;
    private final Duration attemptTimeout;
    private final int maxLeftBehind;
    private final LongSupplier nanoTime;
    private final List<Connections> retired = new ArrayList<>();
    private final List<CompletableFuture<Void>> closing = new ArrayList<>();
    private volatile Connections current;
    private boolean closed;

    /**
     * @param attemptTimeout connections that answer nothing for so long are replaced
     * @param maxLeftBehind so many pushes that timed out may stay with one generation
     */
    ConnectionKeeper(
            Factory factory, Executor executor, Duration attemptTimeout, int maxLeftBehind, LongSupplier nanoTime)
            throws SSLException {
        this.factory = factory;
        this.executor = executor;
        this.attemptTimeout = attemptTimeout;
        this.maxLeftBehind = maxLeftBehind;
        this.nanoTime = nanoTime;
        current = new Connections(0, factory.open(), attemptTimeout, nanoTime);
    }

    Connections current() {
        return current;
    }

    @Override
    public void renew(Connections seen, String reason) {
        if (seen == current && seen.retire()) {
            executor.execute(() -> replace(seen, reason));
        }
    }

    @Override
    public void renewSparingly(Connections seen, String reason) {
        if (seen.age().compareTo(SPARING) >= 0) {
            renew(seen, reason);
        }
    }

    /** Called by the timer: looks after the health of the current connections and closes old ones that have no more to answer. */
    void tend() {
        Connections now = current;
        if (now.leftBehind() >= maxLeftBehind) {
            renew(now, "too many pushes without an answer");
        } else if (now.silent()) {
            renew(now, "no answer for " + attemptTimeout);
        }
        closeDrained();
    }

    private synchronized void closeDrained() {
        closing.removeIf(CompletableFuture::isDone);
        for (Iterator<Connections> each = retired.iterator(); each.hasNext(); ) {
            Connections old = each.next();
            if (old.drained()) {
                closing.add(old.close());
                each.remove();
            }
        }
    }

    /**
     * Closes all connections; nothing may be in flight any more.
     *
     * @return completes when they, and all earlier ones, are closed and have given back what they hold of native memory
     */
    synchronized CompletableFuture<Void> close() {
        closed = true;
        closing.add(current.close());
        for (Connections old : retired) {
            closing.add(old.close());
        }
        retired.clear();
        return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new));
    }

    private synchronized void replace(Connections seen, String reason) {
        if (closed) {
            return;
        }
        try {
            current = new Connections(seen.generation() + 1, factory.open(), attemptTimeout, nanoTime);
        } catch (SSLException e) {
            seen.keep();
            log.warn("Connections to APNs could not be replaced after: {}", reason, e);
            return;
        }
        retired.add(seen);
        log.info("Connections to APNs replaced after: {}", reason);
    }
}
