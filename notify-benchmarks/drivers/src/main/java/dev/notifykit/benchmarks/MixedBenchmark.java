package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * Fan-outs half to APNs and half to FCM, of several sizes: with their progress in memory, in Redis, and in Redis with two instances, each in a JVM of
 * its own, that work on the same one. Those two have a Redis for themselves, so that they do not help the one that is measured alone.
 */
final class MixedBenchmark {

    private static final String PART = "mixed";
    private static final int IN_FLIGHT = 1_000;

    /** A long run is a mean in itself: the rounds of all sizes together have not more recipients than this allows. */
    private static final int RECIPIENTS_IN_ALL_ROUNDS = 5_000_000;

    private final Arguments arguments;
    private final Report report;
    private int lastRun;

    MixedBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void run(Path jdk) throws IOException {
        try (Peers peers = Peers.start(PART, jdk, arguments, report);
                Second second = Second.start(peers, jdk, arguments);
                RedisServer ofOne = RedisServer.start();
                RedisServer ofTwo = RedisServer.start()) {
            report.library(ofOne.about());
            boolean first = true;
            for (int latency : arguments.latencies()) {
                for (int inFlight : arguments.inFlightOr(IN_FLIGHT)) {
                    try (Simulators simulators = Simulators.start(latency, arguments.quick());
                            Run run = new Run(peers, second.process(), simulators, ofOne, ofTwo)) {
                        run.open(inFlight);
                        run.warmUp(first ? 1 : 4);
                        first = false;
                        for (int asked : arguments.recipients()) {
                            int recipients = arguments.scaled(asked);
                            run.measure(new Place(PART, peers.java(), latency, inFlight, recipients));
                        }
                        peers.disconnect();
                        second.disconnect();
                    }
                }
            }
        }
    }

    private int rounds(int recipients) {
        return Math.max(1, Math.min(arguments.rounds(), RECIPIENTS_IN_ALL_ROUNDS / recipients));
    }

    /** The other of the two instances, if there are to be two. */
    private record Second(@Nullable PeerProcess process) implements AutoCloseable {

        static Second start(Peers peers, Path jdk, Arguments arguments) throws IOException {
            return new Second(
                    peers.has(Client.MIXED_REDIS_TWO)
                            ? PeerProcess.start(Client.MIXED_REDIS_TWO, jdk, arguments.quick())
                            : null);
        }

        void disconnect() throws IOException {
            if (process != null) {
                process.disconnect();
            }
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }

    /** All sizes under one latency. */
    private final class Run implements AutoCloseable {

        private final Peers peers;
        private final @Nullable PeerProcess second;
        private final Simulators simulators;
        private final RedisServer ofOne;
        private final RedisServer ofTwo;
        private final Jedis one;
        private final Jedis two;

        Run(Peers peers, @Nullable PeerProcess second, Simulators simulators, RedisServer ofOne, RedisServer ofTwo) {
            this.peers = peers;
            this.second = second;
            this.simulators = simulators;
            this.ofOne = ofOne;
            this.ofTwo = ofTwo;
            one = ofOne.connect();
            two = ofTwo.connect();
        }

        void open(int inFlight) throws IOException {
            peers.open(client -> simulators
                    .endpoint(PART, inFlight)
                    .withRedis((client == Client.MIXED_REDIS_TWO ? ofTwo : ofOne).port()));
            if (second != null) {
                second.open(simulators.endpoint(PART, inFlight).withRedis(ofTwo.port()));
            }
        }

        void warmUp(int share) throws IOException {
            peers.each(peer -> {
                Sample sample = sample(peer, arguments.scaled(peer.client().warmUp()) / share, "");
                peers.progress(peer.client(), sample.reading(), "warming up");
                return sample;
            });
        }

        void measure(Place place) throws IOException {
            String title = String.format(
                    Locale.ROOT,
                    "%,d recipients, half APNs and half FCM, answers after %d ms, %,d in flight at each, Java %s",
                    place.recipients(),
                    place.latency(),
                    place.inFlight(),
                    place.java());
            Comparison comparison = Comparison.ofRecipients(place, title);
            peers.rounds(rounds(place.recipients()), peer -> {
                Sample sample = sample(peer, place.recipients(), title);
                Sample whole = sample.withHeap(peer.heap());
                comparison.add(peer.client(), whole);
                peers.progress(peer.client(), whole.reading(), "one round");
                return whole;
            });
            report.add(comparison);
            peers.profile(peer -> sample(peer, place.recipients(), title));
        }

        private Sample sample(PeerProcess peer, int recipients, String title) throws IOException {
            boolean both = peer.client() == Client.MIXED_REDIS_TWO;
            Jedis redis = both ? two : one;
            JournalSummary apns = simulators.summary("apns");
            JournalSummary fcm = simulators.summary("fcm");
            RedisUse unused = RedisUse.of(redis);
            Reading reading = both && second != null
                    ? together(peer, second, ++lastRun, recipients, title)
                    : peer.send(++lastRun, recipients);
            Sample atApns = Sample.of(reading, apns, simulators.summary("apns"));
            Sample atFcm = Sample.of(reading, fcm, simulators.summary("fcm"));
            Sample sample = new Sample(
                    reading,
                    atApns.accepted() + atFcm.accepted(),
                    atApns.distinct() + atFcm.distinct(),
                    peer.client() == Client.MIXED_MEMORY
                            ? null
                            : RedisUse.of(redis).since(unused));
            return sample;
        }

        /** Both launch the same fan-out: the later one joins. */
        private Reading together(PeerProcess first, PeerProcess other, int run, int recipients, String title)
                throws IOException {
            CompletableFuture<Reading> ofOther = CompletableFuture.supplyAsync(() -> {
                try {
                    return other.send(run, recipients);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            Reading ofFirst = first.send(run, recipients);
            Reading both = ofFirst.beside(ofOther.join());
            if (!title.isEmpty()) {
                report.progress(String.format(
                        Locale.ROOT,
                        "two instances: the first has used %.0f %% of their processor time",
                        100.0 * ofFirst.cpuNanos() / both.cpuNanos()));
            }
            return both;
        }

        @Override
        public void close() {
            one.close();
            two.close();
        }
    }
}
