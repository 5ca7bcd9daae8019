package dev.notifykit.fcm;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which OkHttp's calls block, one per request in flight: virtual ones from Java 24 on (before that, OkHttp's locks pin
 * them), else at most so many daemon threads as requests may be in flight, which end after a minute of idleness.
 */
final class Workers implements Executor {

    private static final int FIRST_JAVA_WITHOUT_PINNING = 24;

    private final ExecutorService executor;

    private Workers(ExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Makes the threads' executor.
     *
     * @param most how many tasks there can be at once
     */
    static Workers create(int most) {
        if (Runtime.version().feature() >= FIRST_JAVA_WITHOUT_PINNING) {
            return new Workers(virtual("notify-fcm-"));
        }
        return new Workers(new ThreadPoolExecutor(
                0, most, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("notify-fcm-worker-")));
    }

    /**
     * Runs a task that may block.
     *
     * @throws RejectedExecutionException when no thread is left, or after {@link #shutdown()}
     */
    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs a task that does not block; on the caller's thread when no other is left. */
    void executeOrRun(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException full) {
            task.run();
        }
    }

    void shutdown() {
        executor.shutdown();
    }

    static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(prefix, 0).factory())}, for bytecode of Java 17. */
    private static ExecutorService virtual(String prefix) {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object named = builder.getMethod("name", String.class, long.class)
                    .invoke(Thread.class.getMethod("ofVirtual").invoke(null), prefix, 0L);
            ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(named);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " has virtual threads", e);
        }
    }
}
