package dev.notifykit.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls ride together: a thread sends what has come together while the round trip before was under way, so that nothing waits for
 * company, and the more there is to do, the less each call costs. Calls of one group are sent in the order in which they came.
 *
 * <p>There is a thread for each group, but a second one sets out only when enough has come together for it, or when the first is late: what is little goes
 * in one round trip, of whatever group.
 *
 * <p>Every call ends: with its answer, or with a {@link RedisFailure} when its deadline has passed, there is no room, or this is closed.
 * Deadlines are watched from outside, by {@link #endOverdue}: the threads themselves may hang in a client of the host's that has no
 * timeouts. Thread-safe; adding never waits for a round trip.
 *
 * @param <C> the calls
 */
final class Riders<C extends PendingCall<?>> implements AutoCloseable {

    /** With fewer than that, two round trips at a time cost more than they save. */
    static final int ENOUGH = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<Group<C>> groups;
    private final List<Ride<C>> underWay = new ArrayList<>();
    private final int capacity;
    private final int maxTogether;
    private final Consumer<List<C>> send;
    private final Function<RedisFailure, ? extends RuntimeException> failures;
    private final List<Thread> threads;
    private int idle;
    private boolean late;
    private volatile boolean closed;

    private static final class Group<C> {
        private final Queue<C> waiting = new ArrayDeque<>();
        private boolean riding;
    }

    /** Neither is changed once it is under way. */
    private record Ride<C>(List<Group<C>> groups, List<C> calls) {}

    /**
     * Starts the threads.
     *
     * @param threadName of the first; the others have numbers
     * @param groups whose calls need no order among each other; as many round trips at most are made at a time
     * @param capacity how many calls of a group may wait
     * @param maxTogether how many are sent at one time
     * @param send ends each of the calls, or throws; gets a list of its own
     * @param failures what a call ends with when it fails
     */
    Riders(
            String threadName,
            int groups,
            int capacity,
            int maxTogether,
            Consumer<List<C>> send,
            Function<RedisFailure, ? extends RuntimeException> failures) {
        this.groups = IntStream.range(0, groups).mapToObj(i -> new Group<C>()).toList();
        this.capacity = capacity;
        this.maxTogether = maxTogether;
        this.send = send;
        this.failures = failures;
        threads = IntStream.range(0, groups)
                .mapToObj(i -> new Thread(this::run, i == 0 ? threadName : threadName + "-" + (i + 1)))
                .toList();
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Of one group, and one thread. */
    Riders(
            String threadName,
            int capacity,
            int maxTogether,
            Consumer<List<C>> send,
            Function<RedisFailure, ? extends RuntimeException> failures) {
        this(threadName, 1, capacity, maxTogether, send, failures);
    }

    int groups() {
        return groups.size();
    }

    /** Adds a call of the first group. */
    void add(C call) {
        add(0, call);
    }

    /** Adds a call; it fails where there is no room, or where this is closed. */
    void add(int group, C call) {
        RedisFailure refusal = null;
        lock.lock();
        try {
            Queue<C> waiting = groups.get(group).waiting;
            if (closed) {
                refusal = closedFailure();
            } else if (waiting.size() >= capacity) {
                refusal = new RedisFailure(RedisFailure.Kind.OVERLOADED, waiting.size() + " calls wait already");
            } else {
                waiting.add(call);
                wakeForMore();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            fail(call, refusal);
        }
    }

    /** Ends the calls whose deadlines have passed, and looks after rides that are late. To be called every now and then. */
    void endOverdue(long now, Duration timeout) {
        List<C> overdue = new ArrayList<>();
        lock.lock();
        try {
            underWay.forEach(ride -> ride.calls().stream()
                    .filter(call -> call.isOverdue(now) && !call.hasEnded())
                    .forEach(overdue::add));
            for (Group<C> group : groups) {
                C first = group.waiting.peek();
                if (first != null && first.isOverdue(now)) {
                    group.waiting.removeIf(call -> call.isOverdue(now) && overdue.add(call));
                }
            }
            late = !underWay.isEmpty();
            wakeForMore();
        } finally {
            lock.unlock();
        }
        overdue.forEach(call -> fail(call, new RedisFailure(RedisFailure.Kind.TIMED_OUT, "within " + timeout)));
    }

    /** Ends all calls, at once; the threads follow when the calls they are in return. Idempotent. */
    @Override
    public void close() {
        List<C> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            underWay.forEach(ride -> left.addAll(ride.calls()));
            groups.forEach(group -> {
                left.addAll(group.waiting);
                group.waiting.clear();
            });
        } finally {
            lock.unlock();
        }
        threads.forEach(Thread::interrupt);
        left.forEach(call -> fail(call, closedFailure()));
    }

    private void run() {
        while (!closed) {
            try {
                Ride<C> ride = board();
                try {
                    sendAll(ride.calls());
                } finally {
                    arrive(ride);
                }
            } catch (InterruptedException e) {
                // Closed, or somebody else's mistake: the loop knows.
            }
        }
    }

    private Ride<C> board() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Group<C> next = next();
            while (next == null) {
                idle++;
                try {
                    work.await();
                } finally {
                    idle--;
                }
                next = next();
            }
            Ride<C> ride = new Ride<>(new ArrayList<>(), new ArrayList<>());
            take(next, ride);
            for (Group<C> other : groups) {
                if (!other.riding && ride.calls().size() < ENOUGH) {
                    take(other, ride);
                }
            }
            late = false;
            underWay.add(ride);
            wakeForMore();
            return ride;
        } finally {
            lock.unlock();
        }
    }

    /** Whose turn it is, if anybody is to set out now. */
    private @Nullable Group<C> next() {
        Group<C> next = null;
        for (Group<C> group : groups) {
            if (!group.riding && group.waiting.size() > (next == null ? 0 : next.waiting.size())) {
                next = group;
            }
        }
        boolean now = next != null && (late || underWay.isEmpty() || next.waiting.size() >= ENOUGH);
        return now ? next : null;
    }

    private void wakeForMore() {
        if (idle > 0 && next() != null) {
            work.signal();
        }
    }

    private void take(Group<C> group, Ride<C> ride) {
        group.riding = true;
        ride.groups().add(group);
        while (ride.calls().size() < maxTogether && !group.waiting.isEmpty()) {
            C call = group.waiting.remove();
            if (!call.hasEnded()) {
                ride.calls().add(call);
            }
        }
    }

    private void arrive(Ride<C> ride) {
        lock.lock();
        try {
            ride.groups().forEach(group -> group.riding = false);
            underWay.remove(ride);
        } finally {
            lock.unlock();
        }
    }

    private void sendAll(List<C> together) {
        try {
            if (closed) { // after these calls have left their queue: nobody else sees them
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
