package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.PacedReading;

/**
 * One paced run as its client read it, and what it cost in Redis.
 *
 * @param paced of the client
 * @param redis of the server
 */
record PacedSample(PacedReading paced, RedisUse redis) {

    double redisCpuMicros() {
        return redis.cpuMicros() / paced.reading().messages();
    }

    double scripts(int per) {
        return (double) redis.scripts() * per / paced.reading().messages();
    }

    /** Whether every event was new, and is known once. */
    boolean exact() {
        long events = paced.reading().messages();
        return paced.reading().accepted() == events && redis.keys() == events;
    }
}
