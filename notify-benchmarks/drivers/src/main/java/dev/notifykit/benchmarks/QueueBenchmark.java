package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.SendResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.Jedis;

/** Messages into the queue in Redis, by many threads, and out of it, by a client that has nothing else to do; one after the other. */
final class QueueBenchmark {

    private static final int LIST_THREADS = 4;
    private static final int ONE_THREADS = 32;
    private static final int IN_FLIGHT = 1_000;

    private final Arguments arguments;
    private final Report report;
    private int lastRun;

    QueueBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void run(Path jdk) throws IOException {
        try (Peers peers = Peers.start("submit", jdk, arguments, report);
                RedisServer redis = RedisServer.start();
                Jedis admin = redis.connect();
                RedisStores stores = RedisStores.connect(
                        RedisConfig.single("127.0.0.1", redis.port()).build())) {
            WorkQueue queue = Objects.requireNonNull(stores.workQueue());
            report.library(redis.about());
            peers.open(client -> Endpoint.redis(redis.port(), threads(client), 0));
            warmUp(peers, admin, queue);
            Comparison comparison = Comparison.ofQueued("A queue in Redis, Java " + peers.java());
            for (int round = 1; round <= arguments.rounds(); round++) {
                through(peers, Client.SUBMIT_LISTS, Client.SUBMIT_LISTS.messages(), admin, queue, comparison);
                into(peers, Client.SUBMIT_ONES, Client.SUBMIT_ONES.messages(), admin, queue, comparison);
            }
            report.add(comparison);
            peers.profile(peer -> profiled(peers, peer, admin, queue));
            peers.disconnect();
        }
    }

    private void warmUp(Peers peers, Jedis admin, WorkQueue queue) throws IOException {
        Comparison unread = Comparison.ofQueued("");
        for (Client client : List.of(Client.SUBMIT_LISTS, Client.SUBMIT_ONES)) {
            into(peers, client, client.warmUp(), admin, queue, unread);
            QueueState full = queue.state();
            report.library("messages of " + full.bytes() / full.pending() + " bytes each, as they lie in the queue");
            out(peers, client.warmUp(), admin, queue, unread);
        }
    }

    private static int threads(Client client) {
        return switch (client) {
            case SUBMIT_LISTS -> LIST_THREADS;
            case SUBMIT_ONES -> ONE_THREADS;
            default -> IN_FLIGHT;
        };
    }

    /** Into an empty queue and out of it. */
    private void through(Peers peers, Client client, int messages, Jedis admin, WorkQueue queue, Comparison comparison)
            throws IOException {
        into(peers, client, messages, admin, queue, comparison);
        out(peers, messages, admin, queue, comparison);
    }

    private void into(Peers peers, Client client, int messages, Jedis admin, WorkQueue queue, Comparison comparison)
            throws IOException {
        admin.flushAll();
        add(peers, peers.peer(client), messages, admin, queue, comparison);
    }

    private void out(Peers peers, int messages, Jedis admin, WorkQueue queue, Comparison comparison)
            throws IOException {
        add(peers, peers.peer(Client.QUEUE_WORKER), messages, admin, queue, comparison);
    }

    private void add(Peers peers, PeerProcess peer, int messages, Jedis admin, WorkQueue queue, Comparison comparison)
            throws IOException {
        RedisUse unused = RedisUse.of(admin);
        QueueState before = queue.state();
        Reading reading = peer.send(++lastRun, arguments.scaled(messages));
        long arrived = peer.client() == Client.QUEUE_WORKER
                ? accepted(queue.state()) - accepted(before)
                : queue.state().made() - before.made();
        comparison.add(
                peer.client(),
                new Sample(
                        reading, reading.accepted(), arrived, RedisUse.of(admin).since(unused)));
        peers.progress(peer.client(), reading, "one round");
    }

    private static long accepted(QueueState state) {
        return state.results().getOrDefault(SendResult.Kind.ACCEPTED, 0L);
    }

    /** Whoever works on the queue needs somebody who fills it. */
    private Comparison profiled(Peers peers, PeerProcess peer, Jedis admin, WorkQueue queue) throws IOException {
        Comparison unread = Comparison.ofQueued("");
        if (peer.client() == Client.QUEUE_WORKER) {
            through(peers, Client.SUBMIT_LISTS, peer.client().messages(), admin, queue, unread);
        } else {
            into(peers, peer.client(), peer.client().messages(), admin, queue, unread);
        }
        return unread;
    }
}
