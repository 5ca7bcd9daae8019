package dev.notifykit.benchmarks.harness;

import java.util.Arrays;

/**
 * What one run took, read in the client's JVM. Immutable.
 *
 * @param messages how many were sent
 * @param nanos from the first hand-over to the last end
 * @param cpuNanos of the whole process, its compilers and collectors among it
 * @param bytes allocated by all Java threads
 * @param accepted how many the client calls accepted
 * @param failed how many ended otherwise
 * @param unended how many have not ended
 * @param lostThreads threads that ended meanwhile and took their count of bytes with them; 0 from Java 21 on
 */
public record Reading(
        long messages,
        long nanos,
        long cpuNanos,
        long bytes,
        long accepted,
        long failed,
        long unended,
        long lostThreads) {

    /**
     * The rate.
     *
     * @return messages a second
     */
    public double perSecond() {
        return messages * 1e9 / nanos;
    }

    /**
     * The processor's work.
     *
     * @return microseconds per message
     */
    public double cpuMicros() {
        return cpuNanos / 1e3 / messages;
    }

    /**
     * The garbage.
     *
     * @return bytes per message
     */
    public double bytesEach() {
        return (double) bytes / messages;
    }

    /**
     * Of two JVMs that did the same work together.
     *
     * @param other which counted the same messages
     * @return what both have used for it, until the later of them was through
     */
    public Reading beside(Reading other) {
        return new Reading(
                messages,
                Math.max(nanos, other.nanos),
                cpuNanos + other.cpuNanos,
                bytes + other.bytes,
                Math.min(accepted, other.accepted),
                Math.max(failed, other.failed),
                Math.max(unended, other.unended),
                lostThreads + other.lostThreads);
    }

    /**
     * Writes it as one line.
     *
     * @return what {@link #parse} reads
     */
    public String line() {
        return messages + " " + nanos + " " + cpuNanos + " " + bytes + " " + accepted + " " + failed + " " + unended
                + " " + lostThreads;
    }

    /**
     * Reads a line.
     *
     * @param line from {@link #line}
     * @return the reading
     */
    public static Reading parse(String line) {
        long[] n = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        if (n.length != 8) {
            throw new IllegalArgumentException("a reading has 8 parts: " + line);
        }
        return new Reading(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }
}
