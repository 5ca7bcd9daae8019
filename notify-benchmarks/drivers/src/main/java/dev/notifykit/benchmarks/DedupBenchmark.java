package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.PacedReading;
import dev.notifykit.benchmarks.harness.Reading;
import java.io.IOException;
import java.nio.file.Path;
import redis.clients.jedis.Jedis;

/** Our claim and confirm beside half of that by hand: as fast as each can, and at a rate that both can. */
final class DedupBenchmark {

    /** What one lane of ours has in flight at APNs, and so how many claims come together at most. */
    private static final int IN_FLIGHT = 1_000;

    /** Of Jedis by hand: each of its threads has one connection. */
    private static final int POOLED_THREADS = 10;

    private static final int EVENTS_PER_SECOND = 20_000;
    private static final int PACED_EVENTS = 100_000;

    private final Arguments arguments;
    private final Report report;
    private int lastRun;

    DedupBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void run(Path jdk) throws IOException {
        try (Peers peers = Peers.start("dedup", jdk, arguments, report);
                RedisServer redis = RedisServer.start();
                Jedis admin = redis.connect()) {
            report.library(redis.about());
            peers.open(client -> endpoint(client, redis));
            atFullSpeed(peers, admin);
            paced(peers, admin);
            peers.profile(peer -> events(peer, admin, peer.client().messages()));
            peers.disconnect();
        }
    }

    private static Endpoint endpoint(Client client, RedisServer redis) {
        return client == Client.POOLED_JEDIS
                ? Endpoint.redis(redis.port(), POOLED_THREADS, POOLED_THREADS)
                : Endpoint.redis(redis.port(), IN_FLIGHT, 0);
    }

    private void atFullSpeed(Peers peers, Jedis admin) throws IOException {
        peers.each(peer -> {
            Sample warmUp = events(peer, admin, peer.client().warmUp());
            peers.progress(peer.client(), warmUp.reading(), "warming up");
            return warmUp;
        });
        Comparison comparison = Comparison.ofEvents("Dedup in Redis, Java " + peers.java());
        peers.rounds(peer -> {
            Sample sample = events(peer, admin, peer.client().messages());
            comparison.add(peer.client(), sample);
            peers.progress(peer.client(), sample.reading(), "one round");
            return sample;
        });
        report.add(comparison);
    }

    private void paced(Peers peers, Jedis admin) throws IOException {
        PacedComparison comparison = new PacedComparison(
                "Dedup in Redis, %,d events/s offered, Java %s".formatted(EVENTS_PER_SECOND, peers.java()));
        peers.each(peer -> pacedEvents(peer, admin));
        peers.rounds(peer -> {
            PacedSample sample = pacedEvents(peer, admin);
            comparison.add(peer.client(), sample);
            peers.progress(peer.client(), sample.paced().reading(), "one paced round");
            return sample;
        });
        report.add(comparison);
    }

    private Sample events(PeerProcess peer, Jedis admin, int events) throws IOException {
        admin.flushAll();
        RedisUse before = RedisUse.of(admin);
        Reading reading = peer.send(++lastRun, arguments.scaled(events));
        return Sample.ofKeys(reading, RedisUse.of(admin).since(before));
    }

    private PacedSample pacedEvents(PeerProcess peer, Jedis admin) throws IOException {
        admin.flushAll();
        RedisUse before = RedisUse.of(admin);
        PacedReading reading = peer.pace(++lastRun, arguments.scaled(PACED_EVENTS), EVENTS_PER_SECOND);
        return new PacedSample(reading, RedisUse.of(admin).since(before));
    }
}
