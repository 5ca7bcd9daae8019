package dev.notifykit.fcm;

import dev.notifykit.http2.FreeStreams;
import dev.notifykit.http2.Http2Call;
import dev.notifykit.http2.Http2Client;
import dev.notifykit.http2.Http2End;
import dev.notifykit.http2.Http2Head;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wire on {@link Http2Client}: no thread per request. What finds no free stream waits here until there is one, as many as several lanes that
 * share a service may have in flight together; or until there is no hope of one.
 *
 * <p>{@code this} guards {@code waiting} and {@code closed}; nothing foreign is called while it is held.
 */
final class Http2Transport implements FcmTransport, FreeStreams {

    private static final Logger log = LoggerFactory.getLogger(Http2Transport.class);

    static final int STREAMS_PER_CONNECTION = 100;

    private static final int WAITING_PER_IN_FLIGHT = 4;

    private final Http2Client client;
    private final String authority;
    private final Queue<Post> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Whether {@code waiting} is empty, for whoever sends or frees a stream without a lock. */
    private volatile boolean nobodyWaits = true;

    private volatile @Nullable Prepared last;

    Http2Transport(Settings settings) {
        URI base = settings.baseUri();
        authority = base.getRawAuthority();
        client = Http2Client.builder(base)
                .connections(settings.connections())
                .streams(STREAMS_PER_CONNECTION)
                .requestTimeout(settings.attemptTimeout())
                .maxBody(Outcome.Response.MAX_BODY)
                .trusted(settings.trusted())
                .listener(this)
                .build();
    }

    /** All requests of a service have the same path, and for an hour the same token: what is said of them is made once. */
    private record Prepared(String path, String bearer, Http2Head head) {}

    @Override
    public int maxInFlight() {
        return client.maxStreams();
    }

    @Override
    public Exchange post(String path, String bearer, byte[] body, Consumer<Outcome> end) {
        Post post = new Post(head(path, bearer), body, end);
        Http2Call call = nobodyWaits ? client.open() : null;
        if (call != null) {
            post.send(call);
            return post;
        }
        String refusal = queue(post);
        if (refusal == null) {
            sendWaiting();
        } else {
            post.end(new Outcome.Unsent(refusal));
        }
        return post;
    }

    private Http2Head head(String path, String bearer) {
        Prepared known = last;
        if (known == null || !known.path().equals(path) || !known.bearer().equals(bearer)) {
            Http2Head head = Http2Head.of(
                    "POST",
                    authority,
                    path,
                    Map.of(
                            "authorization",
                            "Bearer " + bearer,
                            "content-type",
                            "application/json; charset=utf-8",
                            "accept-encoding",
                            "identity",
                            "user-agent",
                            "NotifyKit"));
            known = new Prepared(path, bearer, head);
            last = known;
        }
        return known.head();
    }

    private synchronized @Nullable String queue(Post post) {
        int bound = WAITING_PER_IN_FLIGHT * maxInFlight();
        if (closed) {
            return "the service is closed";
        }
        if (waiting.size() >= bound) {
            return "more than " + maxInFlight() + " requests in flight and as many waiting as are allowed";
        }
        waiting.add(post);
        nobodyWaits = false;
        return null;
    }

    /** In the order in which they came, as long as there are streams. */
    private void sendWaiting() {
        while (!nobodyWaits) {
            Http2Call call = client.open();
            if (call == null) {
                String outage = client.outage();
                if (outage != null) {
                    noConnection(outage);
                }
                return;
            }
            Post post = poll();
            if (post == null || !post.send(call)) {
                call.giveBack();
            }
        }
    }

    private synchronized @Nullable Post poll() {
        Post first = waiting.poll();
        nobodyWaits = waiting.isEmpty();
        return first;
    }

    private synchronized void remove(Post post) {
        waiting.remove(post);
        nobodyWaits = waiting.isEmpty();
    }

    private synchronized List<Post> takeAll(boolean close) {
        List<Post> all = new ArrayList<>(waiting);
        waiting.clear();
        nobodyWaits = true;
        closed |= close;
        return all;
    }

    @Override
    public void free() {
        sendWaiting();
    }

    @Override
    public void noConnection(String reason) {
        takeAll(false).forEach(post -> post.end(new Outcome.Unsent(reason)));
    }

    @Override
    public void close() {
        List<Post> left = takeAll(true);
        client.close();
        left.forEach(post -> post.end(new Outcome.Unsent("the service is closed")));
    }

    private static Outcome outcome(Http2End end) {
        if (end instanceof Http2End.Response response) {
            if (!response.whole() && response.status() == 200) {
                return new Outcome.Unknown(false, "the answer broke off");
            }
            return new Outcome.Response(
                    response.status(),
                    response.header("content-type"),
                    response.header("retry-after"),
                    response.body());
        } else if (end instanceof Http2End.Unsent unsent) {
            return new Outcome.Unsent(unsent.reason(), unsent.refused());
        }
        Http2End.Unknown unknown = (Http2End.Unknown) end;
        return new Outcome.Unknown(unknown.timeout(), unknown.reason());
    }

    /** One POST: it waits, then has a call. */
    private final class Post implements Exchange {

        private final Http2Head head;
        private final byte[] body;
        private final Consumer<Outcome> told;
        private @Nullable Http2Call call;
        private boolean aborted;
        private final AtomicBoolean ended = new AtomicBoolean();

        Post(Http2Head head, byte[] body, Consumer<Outcome> told) {
            this.head = head;
            this.body = body;
            this.told = told;
        }

        /** What waits for a stream has no deadline of its own. */
        @Override
        public synchronized boolean endsInTime() {
            return call != null;
        }

        /** Answers whether it has taken the call. */
        private boolean send(Http2Call opened) {
            synchronized (this) {
                if (aborted) {
                    return false;
                }
                call = opened;
            }
            opened.send(head, body, how -> end(outcome(how)));
            return true;
        }

        private void end(Outcome how) {
            if (ended.compareAndSet(false, true)) {
                try {
                    told.accept(how);
                } catch (RuntimeException | Error e) {
                    log.error("Whoever was told how a request ended has failed", e); // others are not to suffer for it
                }
            }
        }

        @Override
        public void abort() {
            Http2Call open;
            synchronized (this) {
                open = call;
                if (open == null && aborted) {
                    return;
                }
                aborted = true;
            }
            if (open == null) {
                remove(this);
                end(new Outcome.Unsent("no connection within the attempt timeout"));
            } else {
                open.abort();
            }
        }
    }
}
