package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.internal.script.ReplyScript;
import dev.notifykit.testkit.internal.script.Share;
import dev.notifykit.testkit.internal.server.ServerSettings;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What both simulators can be told before they start. Not thread-safe. Problems are collected and reported together by
 * {@code start()}.
 *
 * @param <B> the concrete builder
 */
public abstract sealed class SimulatorBuilder<B extends SimulatorBuilder<B>>
        permits ApnsSimulator.Builder, FcmSimulator.Builder {
    private final List<Share> tokenShares = new ArrayList<>();
    private final List<Share> attemptShares = new ArrayList<>();
    private long seed;
    private Duration minLatency = Duration.ZERO;
    private Duration maxLatency = Duration.ZERO;
    private int port;
    private int threads = 1;
    private int maxConcurrentStreams;
    private int goAwayAfter;
    private boolean goAwayProcessed;
    private int withheldSettings;
    private int recordedRequests;
    private @Nullable TestCertificates certificates;
    private InstantSource clock = InstantSource.system();

    SimulatorBuilder(int maxConcurrentStreams) {
        this.maxConcurrentStreams = maxConcurrentStreams;
    }

    abstract B self();

    /** Seed of all shares and latencies; the same seed gives each attempt of each token the same fate. Default 0. */
    public B seed(long value) {
        seed = value;
        return self();
    }

    /** Every reply without a latency of its own takes a time from this range, evenly spread. Default: none. */
    public B latency(Duration min, Duration max) {
        minLatency = Objects.requireNonNull(min, "min");
        maxLatency = Objects.requireNonNull(max, "max");
        return self();
    }

    /**
     * Gives a share of all <em>attempts</em> this reply: drawn from seed, token and the number of the token's attempt, so that a retry
     * can fare better. Shares add up; what they leave is answered with success.
     *
     * @param probability 0 to 1
     */
    public B share(double probability, Reply reply) {
        attemptShares.add(new Share(probability, Objects.requireNonNull(reply, "reply")));
        return self();
    }

    /**
     * Gives a share of all <em>tokens</em> this reply, at every attempt: drawn from seed and token. Goes before {@link #share}.
     *
     * @param probability 0 to 1
     */
    public B tokenShare(double probability, Reply reply) {
        tokenShares.add(new Share(probability, Objects.requireNonNull(reply, "reply")));
        return self();
    }

    /** MAX_CONCURRENT_STREAMS of every connection. Default 1,000 at APNs, 100 at FCM, as observed there. */
    public B maxConcurrentStreams(int value) {
        maxConcurrentStreams = value;
        return self();
    }

    /**
     * Every connection gets a GOAWAY with its n-th complete request; {@link Reply.GoAway} says what becomes of the requests in flight.
     * Default: never.
     *
     * @param requests at least 1
     * @param processed whether that request and those in flight are processed and answered before the connection closes
     */
    public B goAwayAfter(int requests, boolean processed) {
        goAwayAfter = requests;
        goAwayProcessed = processed;
        return self();
    }

    /** The first connections never get a SETTINGS frame, nor anything else after the TLS handshake. Default 0. */
    public B withholdSettings(int connections) {
        withheldSettings = connections;
        return self();
    }

    /** How many of the last requests {@link Simulator#requests()} keeps. Default 0. */
    public B recordRequests(int count) {
        recordedRequests = count;
        return self();
    }

    /** A fixed port. Default 0: any free one. */
    public B port(int value) {
        port = value;
        return self();
    }

    /** Event loop threads. Default 1, which carries more than 30,000 requests a second. */
    public B threads(int count) {
        threads = count;
        return self();
    }

    /** TLS material to share between simulators. Default: new. */
    public B certificates(TestCertificates value) {
        certificates = Objects.requireNonNull(value, "certificates");
        return self();
    }

    /** The simulator's wall clock, which credentials expire by. Default: the system's. */
    public B clock(InstantSource value) {
        clock = Objects.requireNonNull(value, "clock");
        return self();
    }

    InstantSource clock() {
        return clock;
    }

    TestCertificates certificates() {
        if (certificates == null) {
            certificates = TestCertificates.create();
        }
        return certificates;
    }

    ReplyScript newScript() {
        return new ReplyScript(seed, minLatency, maxLatency, tokenShares, attemptShares);
    }

    ServerSettings newSettings(boolean clientCertificates, boolean oneStreamUntilAdmitted) {
        return new ServerSettings(
                port,
                threads,
                certificates(),
                clientCertificates,
                maxConcurrentStreams,
                oneStreamUntilAdmitted,
                goAwayAfter,
                goAwayProcessed,
                withheldSettings,
                recordedRequests);
    }

    /** Throws when anything is wrong, naming all of it. */
    void check() {
        List<String> problems = new ArrayList<>();
        if (minLatency.isNegative() || maxLatency.compareTo(minLatency) < 0) {
            problems.add("latency: must be 0 <= min <= max, not " + minLatency + " to " + maxLatency);
        }
        checkShares("share", attemptShares, problems);
        checkShares("tokenShare", tokenShares, problems);
        checkRange("port", port, 0, 65_535, problems);
        checkRange("threads", threads, 1, 64, problems);
        checkRange("maxConcurrentStreams", maxConcurrentStreams, 1, Integer.MAX_VALUE, problems);
        checkRange("goAwayAfter", goAwayAfter, 0, Integer.MAX_VALUE, problems);
        checkRange("withholdSettings", withheldSettings, 0, Integer.MAX_VALUE, problems);
        checkRange("recordRequests", recordedRequests, 0, 1_000_000, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void checkShares(String field, List<Share> shares, List<String> problems) {
        double sum = 0;
        for (Share share : shares) {
            if (!(share.probability() >= 0 && share.probability() <= 1)) {
                problems.add(field + ": probability must be 0 to 1, not " + share.probability());
            }
            sum += share.probability();
        }
        if (sum > 1 + 1e-9) {
            problems.add(field + ": probabilities must add up to at most 1, not " + sum);
        }
    }

    private static void checkRange(String field, int value, int min, int max, List<String> problems) {
        if (value < min || value > max) {
            problems.add(field + ": must be " + min + " to " + max + ", not " + value);
        }
    }
}
