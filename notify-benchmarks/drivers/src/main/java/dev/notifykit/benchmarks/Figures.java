package dev.notifykit.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one client in one place, as they are kept in a file. Immutable.
 *
 * @param place where
 * @param client its word on the command line
 * @param label its name for people
 * @param rounds at least one
 */
record Figures(Place place, String client, String label, List<Round> rounds) {

    Figures {
        rounds = List.copyOf(rounds);
    }

    /**
     * One round.
     *
     * @param messages how many were sent
     * @param perSecond how many a second
     * @param cpuMicros of the client, per message
     * @param bytes allocated by the client, per message
     * @param heapBytes in use after full collections when it was over; 0 where nobody looked
     * @param redisCpuMicros of Redis, per message; 0 without
     * @param scripts called in Redis, per message; 0 without
     * @param exact whether every message arrived once and was told so
     */
    record Round(
            long messages,
            double perSecond,
            double cpuMicros,
            double bytes,
            long heapBytes,
            double redisCpuMicros,
            double scripts,
            boolean exact) {

        static Round of(Sample sample) {
            RedisUse redis = sample.redis();
            double messages = sample.reading().messages();
            return new Round(
                    sample.reading().messages(),
                    sample.reading().perSecond(),
                    sample.reading().cpuMicros(),
                    sample.reading().bytesEach(),
                    sample.heapBytes(),
                    redis == null ? 0 : redis.cpuMicros() / messages,
                    redis == null ? 0 : redis.scripts() / messages,
                    sample.exact());
        }
    }

    static Figures of(Place place, Client client, List<Sample> samples) {
        return new Figures(
                place,
                client.word(),
                client.label(),
                samples.stream().map(Round::of).toList());
    }

    double median(ToDoubleFunction<Round> figure) {
        return new Series(rounds.stream().mapToDouble(figure).toArray()).median();
    }

    /** Whether every message of every round arrived once. */
    boolean exact() {
        return rounds.stream().allMatch(Round::exact);
    }

    boolean sameAs(Figures other) {
        return place.equals(other.place) && client.equals(other.client);
    }
}
