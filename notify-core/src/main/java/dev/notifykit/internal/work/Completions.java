package dev.notifykit.internal.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks, one by one, on a few borrowed threads, several at once where one of them takes long. To wake a thread costs more than most
 * tasks, so that a thread takes what there is, and another is called only while more is waiting.
 */
public final class Completions implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Completions.class);

    private final Executor threads;
    private final int most;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** Threads at work, or called. */
    private final AtomicInteger runners = new AtomicInteger();

    /** Of those, the ones inside of a task: nobody knows for how long. */
    private final AtomicInteger inTask = new AtomicInteger();

    /** One call at a time: a thread that comes calls the next one, if there is still more to do. */
    private final AtomicBoolean called = new AtomicBoolean();

    /**
     * Nothing to do yet.
     *
     * @param threads lends the threads; when it lends none any more, who hands in a task runs it
     * @param most how many at once
     */
    public Completions(Executor threads, int most) {
        this.threads = threads;
        this.most = most;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        callIfNobodyIsFree();
    }

    private void callIfNobodyIsFree() {
        int now = runners.get();
        if (now <= inTask.get() && now < most && called.compareAndSet(false, true)) {
            runners.incrementAndGet();
            try {
                threads.execute(this::work);
            } catch (RejectedExecutionException closed) {
                work();
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint that saves wake-ups; nothing depends on it
    private void work() {
        called.set(false);
        // Whoever hands in one task has often more of them: let it, and take them together.
        Thread.yield();
        do {
            Runnable task = tasks.poll();
            while (task != null) {
                run(task);
                task = tasks.poll();
            }
            runners.decrementAndGet();
            // What came in while this thread counted as free is its own to do.
        } while (!tasks.isEmpty() && runners.incrementAndGet() > 0);
    }

    private void run(Runnable task) {
        inTask.incrementAndGet();
        try {
            if (!tasks.isEmpty()) {
                callIfNobodyIsFree();
            }
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a completion failed: {}", Traces.of(e));
        } finally {
            inTask.decrementAndGet();
        }
    }
}
