package dev.notifykit.benchmarks.harness;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * When each message of a run is due, and how long after that it was answered: a message that has to wait because those before it are
 * slow has waited since it was due. Messages are offered by the same number of threads for every peer; a thread that is free takes the next one and
 * waits for its time. Thread-safe.
 */
public final class Timetable {

    private static final int THREADS = 10;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(10);

    private final int perSecond;
    private final long[] answered;
    private final long[] ended;
    private final AtomicInteger next = new AtomicInteger();
    private volatile long start;

    /**
     * A timetable that has not begun.
     *
     * @param messages how many, numbered from 0
     * @param perSecond how many are due in a second, at equal distances
     */
    public Timetable(int messages, int perSecond) {
        this.perSecond = perSecond;
        answered = new long[messages];
        ended = new long[messages];
    }

    /**
     * A message has its first answer.
     *
     * @param number of the message
     */
    public void answered(int number) {
        answered[number] = System.nanoTime();
    }

    /**
     * A message has its last answer.
     *
     * @param number of the message
     */
    public void ended(int number) {
        ended[number] = System.nanoTime();
    }

    /** Offers every message at its time; returns when the last was offered. */
    void run(IntConsumer offer) throws InterruptedException {
        start = System.nanoTime() + LEAD;
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(() -> offerInTurn(offer), "pace-" + i);
            threads[i].setDaemon(true);
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void offerInTurn(IntConsumer offer) {
        for (int number = next.getAndIncrement(); number < ended.length; number = next.getAndIncrement()) {
            long due = due(number);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            offer.accept(number);
        }
    }

    private long due(int number) {
        return start + number * SECOND / perSecond;
    }

    /** From the due times to the first answers; when all have ended. */
    Latencies toAnswers() {
        return since(answered);
    }

    /** From the due times to the last answers; when all have ended. */
    Latencies toEnds() {
        return since(ended);
    }

    private Latencies since(long[] times) {
        long[] nanos = new long[times.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = times[i] - due(i);
        }
        return Latencies.of(nanos);
    }
}
