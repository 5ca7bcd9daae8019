package dev.notifykit.benchmarks.harness;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The messages of one run, and the count of their ends. Equal runs have equal ids. Thread-safe. */
public final class Batch {

    private static final int FAILURES_SHOWN = 3;

    /** Longer than the attempt timeout of any peer: a message that has not ended by then never will. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Whoever is slower is not worth the wait. */
    private static final int LEAST_PER_SECOND = 1_000;

    private final int run;
    private final int size;
    private final Instant expiresAt = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(20, ChronoUnit.DAYS);
    private final CountDownLatch open;
    private final LongAdder accepted = new LongAdder();
    private final AtomicInteger failed = new AtomicInteger();

    /**
     * A batch of which nothing has ended.
     *
     * @param run which makes its ids differ from those of other runs
     * @param size how many messages
     */
    public Batch(int run, int size) {
        this.run = run;
        this.size = size;
        open = new CountDownLatch(size);
    }

    /**
     * How many messages it has, numbered from 0.
     *
     * @return the size
     */
    public int size() {
        return size;
    }

    /**
     * How long it is waited for at most.
     *
     * @return longer for more messages
     */
    public Duration patience() {
        return PATIENCE.plusSeconds(size / LEAST_PER_SECOND);
    }

    /**
     * When its pushes to APNs expire: whole seconds, the same for all clients of a day.
     *
     * @return the header's value
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * A message's id: different for all messages of all runs, and as random to look at as a real one.
     *
     * @param number of the message
     * @return its id
     */
    public UUID id(int number) {
        long seed = ((long) run << 32) | number;
        return new UUID(mix(seed), mix(seed + 0x9E3779B97F4A7C15L));
    }

    /** One to one, so that different numbers stay different. */
    private static long mix(long number) {
        long z = number;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A message was accepted. */
    public void accepted() {
        accepted.increment();
        open.countDown();
    }

    /**
     * A message ended in another way. The first of a batch are printed.
     *
     * @param how what happened
     */
    public void failed(@Nullable Object how) {
        if (failed.incrementAndGet() <= FAILURES_SHOWN) {
            System.err.println("a message failed: " + how);
        }
        open.countDown();
    }

    /**
     * Waits for the last end.
     *
     * @param patience how long at most
     * @return whether all have ended
     * @throws InterruptedException when interrupted
     */
    public boolean await(Duration patience) throws InterruptedException {
        return open.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    long acceptedCount() {
        return accepted.sum();
    }

    int failedCount() {
        return failed.get();
    }

    long openCount() {
        return open.getCount();
    }
}
