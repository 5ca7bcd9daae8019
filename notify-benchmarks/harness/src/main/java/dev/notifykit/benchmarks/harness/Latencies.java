package dev.notifykit.benchmarks.harness;

import java.util.Arrays;

/**
 * How long messages took from the time they were due. Immutable.
 *
 * @param median half took no longer, in nanoseconds
 * @param p99 nor did 99 of 100
 * @param p999 nor 999 of 1,000
 * @param longest the longest
 */
public record Latencies(long median, long p99, long p999, long longest) {

    /**
     * Sums it up.
     *
     * @param nanos of each message, at least one
     * @return the figures
     */
    public static Latencies of(long... nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latencies(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), sorted[sorted.length - 1]);
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /**
     * Writes it as one line.
     *
     * @return what {@link #parse} reads
     */
    public String line() {
        return median + " " + p99 + " " + p999 + " " + longest;
    }

    /**
     * Reads a line.
     *
     * @param line from {@link #line}
     * @return the figures
     */
    public static Latencies parse(String line) {
        long[] n = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        if (n.length != 4) {
            throw new IllegalArgumentException("latencies have 4 parts: " + line);
        }
        return new Latencies(n[0], n[1], n[2], n[3]);
    }
}
