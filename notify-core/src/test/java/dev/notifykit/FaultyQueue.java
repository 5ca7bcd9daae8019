package dev.notifykit;

import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.WorkQueue;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a queue on which calls and answers are lost: at random, or all of them while it is cut. */
final class FaultyQueue {

    /** Of so many calls one is lost, and one is done and its answer lost. */
    private final int onceIn;

    private final Random random;

    /** Answers of lost fetches: the queue gives them again. */
    private final Map<PartitionLease, Fetched> lost = new ConcurrentHashMap<>();

    private final AtomicInteger faults = new AtomicInteger();
    private volatile boolean cut;

    /** Loses nothing until it is cut. */
    static FaultyQueue cuttable() {
        return new FaultyQueue(Integer.MAX_VALUE, 0);
    }

    FaultyQueue(int onceIn, long seed) {
        this.onceIn = onceIn;
        random = new Random(seed);
    }

    void cut(boolean now) {
        cut = now;
    }

    int faults() {
        return faults.get();
    }

    WorkQueue to(WorkQueue queue) {
        return (WorkQueue) Proxy.newProxyInstance(
                WorkQueue.class.getClassLoader(), new Class<?>[] {WorkQueue.class}, (proxy, method, args) -> {
                    boolean local = args == null && !method.getName().equals("state");
                    return local ? LifeLine.invoke(queue, method, args) : call(queue, method, args);
                });
    }

    private Object call(WorkQueue queue, Method method, Object[] args) throws Exception {
        int fate = fate();
        if (cut || fate == 0) {
            throw unavailable(method);
        }
        Fetched again = method.getName().equals("fetch") ? lost.remove((PartitionLease) args[0]) : null;
        Object answer = again == null ? LifeLine.invoke(queue, method, args) : again;
        if (fate == 1) {
            if (answer instanceof Fetched fetched) {
                lost.put((PartitionLease) args[0], fetched);
            }
            throw unavailable(method);
        }
        return answer;
    }

    private synchronized int fate() {
        return random.nextInt(onceIn);
    }

    private QueueUnavailableException unavailable(Method method) {
        faults.incrementAndGet();
        return new QueueUnavailableException("a test loses " + method.getName(), null);
    }
}
