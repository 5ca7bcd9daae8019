package dev.notifykit.examples;

import java.time.Duration;
import java.util.List;

/**
 * What the simulated vendors do to us, and how the demo is set up to finish all the same within a minute. Immutable.
 *
 * @param minLatency the quickest answer
 * @param maxLatency the slowest answer
 * @param dead the share of tokens that are dead
 * @param throttled the share of attempts answered 429, with a Retry-After of one, two or three seconds
 * @param unavailable the share of attempts answered 503
 * @param silent the share of attempts that are never answered
 * @param goAwayEvery a connection gets a GOAWAY with every so many requests
 * @param attemptTimeout how long we wait for an answer
 * @param retryShare how many retries the lanes allow per first attempt
 * @param retriesPerSecond how many they allow per second in any case
 */
record Weather(
        Duration minLatency,
        Duration maxLatency,
        double dead,
        double throttled,
        double unavailable,
        double silent,
        int goAwayEvery,
        Duration attemptTimeout,
        double retryShare,
        int retriesPerSecond) {

    /** A day like any other. */
    static Weather realistic() {
        return new Weather(
                Duration.ofMillis(20),
                Duration.ofMillis(80),
                0.01,
                0.005,
                0.005,
                0,
                2_000,
                Duration.ofSeconds(20),
                0.1,
                10);
    }

    /**
     * A very bad day. An attempt without an answer holds its place until it times out, so the demo does not wait the usual 20 s; and
     * a sixth of all attempts must be made again, more than the usual budget of a tenth allows at full speed.
     */
    static Weather harsh() {
        return new Weather(
                Duration.ofMillis(20),
                Duration.ofMillis(80),
                0.01,
                0.05,
                0.1,
                0.02,
                500,
                Duration.ofSeconds(2),
                0.5,
                100);
    }

    /** The same in the words of {@link dev.notifykit.testkit.SimulatorMain}. */
    List<String> options(long seed) {
        return List.of(
                "--seed", Long.toString(seed),
                "--latency", minLatency.toMillis() + "-" + maxLatency.toMillis(),
                "--dead", Double.toString(dead),
                "--throttled", Double.toString(throttled),
                "--retry-after", "1-3",
                "--unavailable", Double.toString(unavailable),
                "--silence", Double.toString(silent),
                "--goaway", Integer.toString(goAwayEvery));
    }

    @Override
    public String toString() {
        return Format.of(
                "%d-%d ms latency, %s dead tokens, %s answered 429, %s 503, %s never, a GOAWAY per %,d requests",
                minLatency.toMillis(),
                maxLatency.toMillis(),
                Format.percent(dead),
                Format.percent(throttled),
                Format.percent(unavailable),
                Format.percent(silent),
                goAwayEvery);
    }
}
