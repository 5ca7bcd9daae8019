package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.http2.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sends through a client, as its users do: keeps what has no stream until it is told that there may be one. Notes every end. */
final class Sender implements FreeStreams, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Http2Client client;
    private final String authority;
    private final Queue<Post> waiting = new ConcurrentLinkedQueue<>();
    private final Map<String, List<Http2End>> ends = new ConcurrentHashMap<>();
    private final Map<String, Http2Call> calls = new ConcurrentHashMap<>();
    private final List<String> outages = new CopyOnWriteArrayList<>();

    private record Post(String id, byte[] body) {}

    Sender(Peer peer, UnaryOperator<Http2Client.Builder> change) {
        client = change.apply(Http2Client.builder(peer.origin())
                        .trusted(peer.trust())
                        .requestTimeout(Duration.ofSeconds(50))
                        .listener(this))
                .build();
        authority = "localhost:" + peer.port();
    }

    Sender(Peer peer) {
        this(peer, builder -> builder);
    }

    void send(String id, String body) {
        waiting.add(new Post(id, body.getBytes(StandardCharsets.UTF_8)));
        sendWaiting();
    }

    void send(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            send(prefix + i, "body of " + prefix + i);
        }
    }

    /** On a machine that is slower than the client has patience, not the first. */
    void sendUntilAnswered(String prefix) {
        int attempt = 0;
        do {
            attempt++;
            assertThat(attempt).as("attempts").isLessThan(100);
            send(prefix + attempt, "");
        } while (!(await(prefix + attempt) instanceof Http2End.Response));
    }

    private void sendWaiting() {
        while (!waiting.isEmpty()) {
            Http2Call call = client.open();
            if (call == null) {
                return;
            }
            Post post = waiting.poll();
            if (post == null) {
                call.giveBack();
            } else {
                calls.put(post.id(), call);
                call.send(head(post.id()), post.body(), end -> ended(post.id(), end));
            }
        }
    }

    Http2Head head(String id) {
        return Http2Head.of("POST", authority, "/", Map.of("id", id));
    }

    private void ended(String id, Http2End end) {
        ends.merge(
                id,
                List.of(end),
                (before, one) -> Stream.concat(before.stream(), one.stream()).toList());
        sendWaiting();
    }

    @Override
    public void free() {
        sendWaiting();
    }

    @Override
    public void noConnection(String reason) {
        outages.add(reason);
    }

    List<String> outages() {
        return outages;
    }

    @Nullable
    Http2End end(String id) {
        List<Http2End> all = ends.get(id);
        if (all == null) {
            return null;
        }
        assertThat(all).as("ends of " + id).hasSize(1);
        return all.get(0);
    }

    Map<String, Http2Call> calls() {
        return calls;
    }

    Http2Call call(String id) {
        return calls.get(id);
    }

    Map<String, List<Http2End>> ends() {
        return ends;
    }

    int ended() {
        return ends.size();
    }

    int waiting() {
        return waiting.size();
    }

    long responses() {
        return ends.values().stream()
                .filter(all -> all.get(0) instanceof Http2End.Response)
                .count();
    }

    Http2End await(String id) {
        until(() -> ends.containsKey(id), "an end of " + id);
        Http2End end = end(id);
        assertThat(end).isNotNull();
        return end;
    }

    void awaitAll(int count) {
        until(() -> ends.size() == count, count + " ends");
        ends.forEach((id, all) -> assertThat(all).as("ends of " + id).hasSize(1));
    }

    void until(BooleanSupplier condition, String what) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start)
                    .as("waited for " + what + "; ended: " + ends.size() + ", waiting: " + waiting.size()
                            + ", outages: " + outages + ", " + client)
                    .isLessThan(PATIENCE.toNanos());
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
