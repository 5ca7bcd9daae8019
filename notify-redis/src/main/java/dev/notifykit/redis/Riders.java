package dev.notifykit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets calls ride together: one thread sends what has come together while the round trip before was under way, so that nothing waits for
 * company, and the more there is to do, the less each call costs. Calls are sent in the order in which they came.
 *
 * <p>Every call ends: with its answer, or with a {@link RedisFailure} when its deadline has passed, the queue is full, or this is closed.
 * Deadlines are watched from outside, by {@link #endOverdue}: the thread itself may hang in a client of the host's that has no
 * timeouts. Thread-safe; adding never blocks.
 *
 * @param <C> the calls
 */
final class Riders<C extends PendingCall<?>> implements AutoCloseable {

    private final BlockingQueue<C> waiting;
    private final int maxTogether;
    private final Consumer<List<C>> send;
    private final Function<RedisFailure, ? extends RuntimeException> failures;
    private final Thread thread;

    /** Never changed once it is here. */
    private volatile List<C> underWay = List.of();

    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param capacity how many calls may wait
     * @param maxTogether how many are sent at one time
     * @param send ends each of the calls, or throws; gets a list of its own
     * @param failures what a call ends with when it fails
     */
    Riders(
            String threadName,
            int capacity,
            int maxTogether,
            Consumer<List<C>> send,
            Function<RedisFailure, ? extends RuntimeException> failures) {
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.maxTogether = maxTogether;
        this.send = send;
        this.failures = failures;
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** Adds a call; it fails where there is no room, or where this is closed. */
    void add(C call) {
        if (!closed && !waiting.offer(call)) {
            fail(call, new RedisFailure(RedisFailure.Kind.OVERLOADED, waiting.size() + " calls wait already"));
        }
        if (closed) {
            waiting.remove(call);
            fail(call, closedFailure());
        }
    }

    /** Ends the calls whose deadlines have passed. To be called every now and then. */
    void endOverdue(long now, Duration timeout) {
        endOverdue(underWay, now, timeout);
        C first = waiting.peek();
        if (first != null && first.isOverdue(now)) {
            List<C> overdue = new ArrayList<>();
            waiting.removeIf(call -> call.isOverdue(now) && overdue.add(call));
            endOverdue(overdue, now, timeout);
        }
    }

    private void endOverdue(List<C> calls, long now, Duration timeout) {
        for (C call : calls) {
            if (call.isOverdue(now) && !call.hasEnded()) {
                fail(call, new RedisFailure(RedisFailure.Kind.TIMED_OUT, "within " + timeout));
            }
        }
    }

    /** Ends all calls, at once; the thread follows when the call it is in returns. Idempotent. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        List<C> left = new ArrayList<>(underWay);
        waiting.drainTo(left);
        left.forEach(call -> fail(call, closedFailure()));
    }

    private void run() {
        while (!closed) {
            try {
                C first = waiting.take();
                List<C> together = new ArrayList<>();
                together.add(first);
                waiting.drainTo(together, maxTogether - 1);
                together.removeIf(PendingCall::hasEnded);
                underWay = together;
                sendAll(together);
                underWay = List.of();
            } catch (InterruptedException e) {
                // Closed, or somebody else's mistake: the loop knows.
            }
        }
        close(); // what came between the last look and the end
    }

    private void sendAll(List<C> together) {
        try {
            if (closed) { // after these calls have left the queue: nobody else sees them
                throw closedFailure();
            }
            if (!together.isEmpty()) {
                send.accept(together);
            }
        } catch (RuntimeException
                | Error e) { // also one of the script's answers that cannot be read: the thread lives on
            RedisFailure failure = closed ? closedFailure() : RedisFailure.of(e);
            together.forEach(call -> fail(call, failure));
        }
    }

    private void fail(C call, RedisFailure failure) {
        if (!call.hasEnded()) {
            call.answer().completeExceptionally(failures.apply(failure));
        }
    }

    private static RedisFailure closedFailure() {
        return new RedisFailure(RedisFailure.Kind.CLOSED, "");
    }
}
