package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;
import org.jspecify.annotations.Nullable;

/**
 * One run as its client read it and as the server counted it.
 *
 * @param reading of the client
 * @param accepted how much arrived
 * @param distinct how much of it was not there before
 * @param redis what that cost in Redis; null where there is none
 * @param heapBytes in use after full collections when it was over; 0 where nobody looked
 */
record Sample(
        Reading reading,
        long accepted,
        long distinct,
        @Nullable RedisUse redis,
        long heapBytes) {

    Sample(Reading reading, long accepted, long distinct, @Nullable RedisUse redis) {
        this(reading, accepted, distinct, redis, 0);
    }

    static Sample of(Reading reading, JournalSummary before, JournalSummary after) {
        return new Sample(
                reading, after.accepted() - before.accepted(), after.distinctIds() - before.distinctIds(), null);
    }

    /** Of events that each leave one key. */
    static Sample ofKeys(Reading reading, RedisUse redis) {
        return new Sample(reading, reading.accepted(), redis.keys(), redis);
    }

    Sample with(RedisUse use) {
        return new Sample(reading, accepted, distinct, use, heapBytes);
    }

    Sample withHeap(long bytes) {
        return new Sample(reading, accepted, distinct, redis, bytes);
    }

    /** Messages that never arrived. */
    long missing() {
        return reading.messages() - distinct;
    }

    /** Messages that arrived again. */
    long twice() {
        return accepted - distinct;
    }

    boolean exact() {
        return missing() == 0
                && twice() == 0
                && reading.accepted() == reading.messages()
                && reading.failed() == 0
                && reading.unended() == 0;
    }
}
