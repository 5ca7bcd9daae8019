package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import redis.clients.jedis.Jedis;

/** A fan-out whose progress is kept in Redis beside one in memory, over the simulated APNs. */
final class ProgressBenchmark {

    private static final String VENDOR = "apns";

    private final Arguments arguments;
    private final Report report;
    private int lastRun;

    ProgressBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void run(Path jdk) throws IOException {
        int latency = Collections.max(arguments.latencies()); // where a vendor is
        try (Peers peers = Peers.start("progress", jdk, arguments, report);
                RedisServer redis = RedisServer.start();
                Jedis admin = redis.connect();
                Simulators simulators = Simulators.start(latency, arguments.quick())) {
            report.library(redis.about());
            peers.open(client -> simulators.endpoint(VENDOR).withRedis(redis.port()));
            peers.each(peer -> {
                Sample warmUp = rows(peer, admin, simulators, peer.client().warmUp());
                peers.progress(peer.client(), warmUp.reading(), "warming up");
                return warmUp;
            });
            Comparison comparison =
                    new Comparison("Fan-outs over APNs, answers after " + latency + " ms, Java " + peers.java());
            peers.rounds(peer -> {
                Sample sample = rows(peer, admin, simulators, peer.client().messages());
                comparison.add(peer.client(), sample);
                peers.progress(peer.client(), sample.reading(), "one round");
                return sample;
            });
            report.add(comparison);
            peers.profile(peer -> rows(peer, admin, simulators, peer.client().messages()));
            peers.disconnect();
        }
    }

    private Sample rows(PeerProcess peer, Jedis admin, Simulators simulators, int rows) throws IOException {
        JournalSummary before = simulators.summary(VENDOR);
        RedisUse unused = RedisUse.of(admin);
        Reading reading = peer.send(++lastRun, arguments.scaled(rows));
        Sample sample = Sample.of(reading, before, simulators.summary(VENDOR));
        return peer.client() == Client.REDIS_FAN_OUT
                ? sample.with(RedisUse.of(admin).since(unused))
                : sample;
    }
}
