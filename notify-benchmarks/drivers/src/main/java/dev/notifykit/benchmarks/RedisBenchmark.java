package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.PacedReading;
import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redis.clients.jedis.Jedis;

/** What stores in Redis cost: the clients in warm JVMs of their own, in turns, against one {@code redis-server}. */
final class RedisBenchmark {

    /** What one lane of ours has in flight at APNs, and so how many claims come together at most. */
    private static final int DEDUP_IN_FLIGHT = 1_000;

    /** Of Jedis by hand: each of its threads has one connection. */
    private static final int POOLED_THREADS = 10;

    private static final int EVENTS_PER_SECOND = 20_000;
    private static final int PACED_EVENTS = 100_000;

    /** The first is not counted, see the profile. */
    private static final int PROFILED_RUNS = 4;

    private final Arguments arguments;
    private final Report report;
    private int lastRun;

    RedisBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    private interface Turn {
        void take(PeerProcess peer) throws IOException;
    }

    /** The order turns around with every round. */
    private void rounds(List<PeerProcess> peers, Turn turn) throws IOException {
        List<PeerProcess> order = new ArrayList<>(peers);
        for (int round = 1; round <= arguments.rounds(); round++) {
            for (PeerProcess peer : order) {
                turn.take(peer);
            }
            Collections.reverse(order);
        }
    }

    private List<PeerProcess> start(String vendor, Path jdk) throws IOException {
        List<PeerProcess> peers = new ArrayList<>();
        try {
            for (Client client : Client.values()) {
                if (client.vendor().equals(vendor)) {
                    peers.add(PeerProcess.start(client, jdk, arguments.quick()));
                }
            }
            return peers;
        } catch (IOException e) {
            peers.forEach(PeerProcess::close);
            throw e;
        }
    }

    /** Opens it; answers the version of its Java. */
    private String open(PeerProcess peer, Endpoint endpoint) throws IOException {
        String[] about = peer.open(endpoint).split("\t", 2);
        report.library(about[1]);
        return about[0];
    }

    private void profile(PeerProcess peer, Turn run) throws IOException {
        peer.startProfile();
        for (int i = 0; i < PROFILED_RUNS; i++) {
            run.take(peer);
        }
        report.profile(peer.client(), peer.endProfile());
    }

    /** Before what they are connected to goes away. */
    private static void disconnect(List<PeerProcess> peers) throws IOException {
        for (PeerProcess peer : peers) {
            peer.disconnect();
        }
    }

    // ---- dedup

    void dedup(Path jdk) throws IOException {
        List<PeerProcess> peers = start("dedup", jdk);
        try (RedisServer redis = RedisServer.start();
                Jedis admin = redis.connect()) {
            report.library(redis.about());
            String version = "";
            for (PeerProcess peer : peers) {
                version = open(peer, endpoint(peer.client(), redis));
                Reading warmUp = events(peer, admin, peer.client().warmUp()).reading();
                report.progress(version, "dedup", peer.client(), warmUp, "warming up");
            }
            String java = ", Java " + version;
            Comparison comparison = Comparison.ofEvents("Dedup in Redis" + java);
            rounds(peers, peer -> {
                Sample sample = events(peer, admin, peer.client().messages());
                comparison.add(peer.client(), sample);
                report.progress(java, "dedup", peer.client(), sample.reading(), "one round");
            });
            report.add(comparison);
            PacedComparison paced =
                    new PacedComparison("Dedup in Redis, %,d events/s offered%s".formatted(EVENTS_PER_SECOND, java));
            for (PeerProcess peer : peers) {
                paced(peer, admin);
            }
            rounds(peers, peer -> {
                PacedReading reading = paced(peer, admin);
                paced.add(peer.client(), reading);
                report.progress(java, "dedup", peer.client(), reading.reading(), "one paced round");
            });
            report.add(paced);
            if (arguments.profile()) {
                for (PeerProcess peer : peers) {
                    profile(peer, p -> events(p, admin, p.client().messages()));
                }
            }
            disconnect(peers);
        } finally {
            peers.forEach(PeerProcess::close);
        }
    }

    private static Endpoint endpoint(Client client, RedisServer redis) {
        return client == Client.POOLED_JEDIS
                ? Endpoint.redis(redis.port(), POOLED_THREADS, POOLED_THREADS)
                : Endpoint.redis(redis.port(), DEDUP_IN_FLIGHT, 0);
    }

    private Sample events(PeerProcess peer, Jedis admin, int events) throws IOException {
        admin.flushAll();
        RedisUse before = RedisUse.of(admin);
        Reading reading = peer.send(++lastRun, arguments.scaled(events));
        return Sample.ofKeys(reading, RedisUse.of(admin).since(before));
    }

    private PacedReading paced(PeerProcess peer, Jedis admin) throws IOException {
        admin.flushAll();
        return peer.pace(++lastRun, arguments.scaled(PACED_EVENTS), EVENTS_PER_SECOND);
    }

    // ---- fan-outs

    void fanOut(Path jdk) throws IOException {
        int latency = Collections.max(arguments.latencies()); // where a vendor is
        List<PeerProcess> peers = start("progress", jdk);
        try (RedisServer redis = RedisServer.start();
                Jedis admin = redis.connect();
                Simulators simulators = Simulators.start(latency, arguments.quick())) {
            report.library(redis.about());
            String version = "";
            for (PeerProcess peer : peers) {
                version = open(peer, simulators.endpoint("apns").withRedis(redis.port()));
                Reading warmUp =
                        rows(peer, admin, simulators, peer.client().warmUp()).reading();
                report.progress(version, "fan-out", peer.client(), warmUp, "warming up");
            }
            String java = version;
            Comparison comparison =
                    new Comparison("Fan-outs over APNs, answers after " + latency + " ms, Java " + java);
            rounds(peers, peer -> {
                Sample sample = rows(peer, admin, simulators, peer.client().messages());
                comparison.add(peer.client(), sample);
                report.progress(java, "fan-out", peer.client(), sample.reading(), "one round");
            });
            report.add(comparison);
            if (arguments.profile()) {
                for (PeerProcess peer : peers) {
                    profile(peer, p -> rows(p, admin, simulators, p.client().messages()));
                }
            }
            disconnect(peers);
        } finally {
            peers.forEach(PeerProcess::close);
        }
    }

    private Sample rows(PeerProcess peer, Jedis admin, Simulators simulators, int rows) throws IOException {
        JournalSummary before = simulators.summary("apns");
        RedisUse unused = RedisUse.of(admin);
        Reading reading = peer.send(++lastRun, arguments.scaled(rows));
        Sample sample = Sample.of(reading, before, simulators.summary("apns"));
        return peer.client() == Client.REDIS_FAN_OUT
                ? sample.with(RedisUse.of(admin).since(unused))
                : sample;
    }
}
