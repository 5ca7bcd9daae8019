package dev.notifykit.benchmarks.peers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads on which OkHttp's calls block. */
final class Threads {

    /** OkHttp's locks pin virtual threads before. */
    private static final int FIRST_JAVA_WITHOUT_PINNING = 24;

    private Threads() {}

    /** Virtual threads where they help, else a pool without a bound of its own: the callers have one. */
    static ExecutorService cheapest() {
        if (Runtime.version().feature() < FIRST_JAVA_WITHOUT_PINNING) {
            return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
        }
        try { // in bytecode of Java 17
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " has virtual threads", e);
        }
    }
}
