package dev.notifykit.apns;

import dev.notifykit.http2.Http2Call;
import dev.notifykit.http2.Http2Client;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our own wire to one host of Apple's, for what pushy has no words for. Nothing is opened before the first request. What finds no free stream
 * waits here until there is one, or until there is no hope of one: with a signing key Apple allows one stream until it has believed it. Connections
 * that Apple no longer believes are replaced, with a fresh provider token where the old one was called too old. Thread-safe; never blocks.
 *
 * <p>{@code this} guards all fields, and those of the generations; nothing foreign is called while it is held.
 */
final class Http2Link implements Keeper<Http2Generation> {

    private static final Logger log = LoggerFactory.getLogger(Http2Link.class);

    private final Http2Dialer dialer;
    private final @Nullable ProviderTokens tokens;
    private final Deadlines deadlines;
    private final Executor executor;
    private final int maxWaiting;
    private final int maxBody;
    private final LongSupplier nanoTime;
    private final String authority;
    private final Queue<Http2Exchange> waiting = new ArrayDeque<>();
    private final List<Http2Client> clients = new ArrayList<>();
    private @Nullable Http2Generation current;
    private boolean opening;
    private boolean closed;

    /**
     * @param tokens null with a client certificate
     * @param executor where connections are made: making a TLS context is too slow for a caller
     * @param maxWaiting so many requests may wait for a stream
     * @param maxBody so much of an answer's body is read
     */
    Http2Link(
            Http2Dialer dialer,
            @Nullable ProviderTokens tokens,
            Deadlines deadlines,
            Executor executor,
            int maxWaiting,
            int maxBody,
            LongSupplier nanoTime) {
        this.dialer = dialer;
        this.tokens = tokens;
        this.deadlines = deadlines;
        this.executor = executor;
        this.maxWaiting = maxWaiting;
        this.maxBody = maxBody;
        this.nanoTime = nanoTime;
        authority = dialer.authority();
    }

    /** Begins a request; it ends within the attempt timeout. */
    void send(Http2Exchange exchange) {
        String refusal = deadlines.add(exchange) ? queue(exchange) : "the service is closed";
        if (refusal == null) {
            sendWaiting();
        } else {
            exchange.refuse(refusal);
        }
    }

    private @Nullable String queue(Http2Exchange exchange) {
        boolean first;
        synchronized (this) {
            if (closed) {
                return "the service is closed";
            }
            if (waiting.size() >= maxWaiting) {
                return "more requests wait for a stream than the connection can carry soon";
            }
            waiting.add(exchange);
            first = current == null && !opening;
            opening |= first;
        }
        if (first) {
            executor.execute(() -> replace(null, "the first request"));
        }
        return null;
    }

    /** In the order in which they came, as long as there are streams. */
    void sendWaiting() {
        Http2Generation on = acquire();
        while (on != null) {
            Http2Call call = on.client().open();
            if (call == null) {
                release(on);
                String outage = on.client().outage();
                if (outage != null) {
                    noConnection(on, outage);
                }
                return;
            }
            Http2Exchange next = poll();
            if (next == null || !next.begin(call, on, authority)) {
                call.giveBack();
                release(on);
            }
            on = acquire();
        }
    }

    /** The connections to send the next one on; null where none waits, or there are no connections. */
    private synchronized @Nullable Http2Generation acquire() {
        Http2Generation on = current;
        if (waiting.isEmpty() || on == null || closed) {
            return null;
        }
        // A second token soon after the first is an offence on the same connection: what is on its way out keeps its
        // own.
        if (tokens != null && (on.token == null || !on.leaving)) {
            on.token = tokens.current();
        }
        on.open++;
        return on;
    }

    private synchronized @Nullable Http2Exchange poll() {
        return waiting.poll();
    }

    synchronized void forget(Http2Exchange exchange) {
        waiting.remove(exchange);
    }

    void release(Http2Generation on) {
        boolean drained;
        synchronized (this) {
            on.open--;
            drained = on.retired && on.open == 0;
        }
        if (drained) {
            on.client().close();
        }
    }

    /** It has ended. */
    void done(Http2Exchange exchange) {
        deadlines.remove(exchange);
    }

    /** Whoever waits would wait for long. */
    void noConnection(Http2Generation on, String reason) {
        takeWaiting(on).forEach(exchange -> exchange.refuse(reason));
    }

    private synchronized List<Http2Exchange> takeWaiting(@Nullable Http2Generation of) {
        if (of != current) {
            return List.of();
        }
        List<Http2Exchange> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    @Override
    public void renew(Http2Generation seen, String reason) {
        ProviderTokens.Token refused;
        synchronized (this) {
            if (closed || seen != current || seen.leaving) {
                return;
            }
            seen.leaving = true;
            refused = seen.token;
        }
        if (tokens != null && refused != null && reason.equals(ReasonTable.EXPIRED_PROVIDER_TOKEN)) {
            tokens.refused(refused);
        }
        executor.execute(() -> replace(seen, reason));
    }

    @Override
    public void renewSparingly(Http2Generation seen, String reason) {
        if (seen.age().compareTo(ConnectionKeeper.SPARING) >= 0) {
            renew(seen, reason);
        }
    }

    private void replace(@Nullable Http2Generation seen, String reason) {
        Http2Generation made;
        try {
            made = new Http2Generation(seen == null ? 0 : seen.generation() + 1, this, dialer, maxBody, nanoTime);
        } catch (RuntimeException
                | Error cannot) { // an Error too, such as a class that cannot be loaded: somebody waits
            log.warn("Connections to {} could not be made after: {}", dialer.endpoint(), reason, cannot);
            keep(seen);
            return;
        }
        Http2Client idle = null;
        synchronized (this) {
            opening = false;
            clients.removeIf(Http2Client::isTerminated);
            clients.add(made.client());
            current = closed ? null : made;
            if (seen != null) {
                seen.retired = true;
                idle = seen.open == 0 ? seen.client() : null;
            }
        }
        if (idle != null) {
            idle.close();
        }
        if (seen != null) {
            log.info("Connections to {} replaced after: {}", dialer.endpoint(), reason);
        }
        if (current() == null) {
            made.client().close();
        }
        sendWaiting();
    }

    private void keep(@Nullable Http2Generation seen) {
        List<Http2Exchange> hopeless;
        synchronized (this) {
            opening = false;
            if (seen != null) {
                seen.leaving = false;
            }
            hopeless = seen == null ? takeWaiting(null) : List.of();
        }
        hopeless.forEach(exchange -> exchange.refuse("TLS cannot be set up"));
    }

    private synchronized @Nullable Http2Generation current() {
        return current;
    }

    /** Which generation new requests take; -1 before the first. */
    synchronized long generation() {
        return current == null ? -1 : current.generation();
    }

    /** Ends everything; nothing may be in flight any more. */
    void close() {
        List<Http2Client> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            current = null;
            all = List.copyOf(clients);
        }
        all.forEach(Http2Client::close);
    }

    /** Whether the last thread has ended after {@link #close()}. */
    synchronized boolean ended() {
        return closed && clients.stream().allMatch(Http2Client::isTerminated);
    }
}
