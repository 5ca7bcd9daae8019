package dev.notifykit.internal.work;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client's own threads: a few that never block and run the lanes, some that may block on stores, audiences and sinks, some for
 * the host's callbacks. All are daemons and leave when idle.
 */
public final class Workers implements AutoCloseable {

    private static final int IDLE_SECONDS = 30;

    private final ExecutorService lanes;
    private final ExecutorService blocking;
    private final ExecutorService callbacks;

    /**
     * Starts no thread yet.
     *
     * @param blockingThreads how many calls may block at once
     * @param callbackThreads how many callbacks of the host may run at once
     */
    public Workers(int blockingThreads, int callbackThreads) {
        lanes = pool("notify-lane", Math.max(2, Runtime.getRuntime().availableProcessors()));
        blocking = pool("notify-worker", blockingThreads);
        callbacks = pool("notify-callback", callbackThreads);
    }

    private static ExecutorService pool(String name, int size) {
        AtomicInteger number = new AtomicInteger();
        // The queues hold one task per lane, shard or ended request: bounded by those.
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new OwnThread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * For lanes; tasks must not block.
     *
     * @return the executor
     */
    public ExecutorService lanes() {
        return lanes;
    }

    /**
     * For stores, audiences and sinks.
     *
     * @return the executor
     */
    public ExecutorService blocking() {
        return blocking;
    }

    /**
     * For what the host hangs on futures.
     *
     * @return the executor
     */
    public ExecutorService callbacks() {
        return callbacks;
    }

    /**
     * Whether the caller stands on a thread of this library, where waiting for a slot could wait for itself.
     *
     * @return true on one of our threads
     */
    public static boolean isOwnThread() {
        return Thread.currentThread() instanceof OwnThread;
    }

    /** Lets running tasks end and takes no more. */
    @Override
    public void close() {
        lanes.shutdown();
        blocking.shutdown();
        callbacks.shutdown();
    }

    private static final class OwnThread extends Thread {
        OwnThread(Runnable task, String name) {
            super(task, name);
        }
    }
}
