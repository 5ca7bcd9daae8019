package dev.notifykit.internal.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what it is told one after another, on borrowed threads. Whatever only its messages touch needs no lock: that is how lanes and
 * shards keep their state.
 */
public abstract class Serial {

    /** After so many messages it looks at what they have made possible together. */
    private static final int BATCH = 256;

    /** So that one busy lane hands its thread on now and then. */
    private static final int BATCHES = 64;

    private static final Logger log = LoggerFactory.getLogger(Serial.class);

    private final Executor workers;
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * Idle until it is told something.
     *
     * @param workers lends the threads
     */
    protected Serial(Executor workers) {
        this.workers = workers;
    }

    /**
     * Leaves a message; returns at once. From any thread.
     *
     * @param message what to run
     */
    public final void tell(Runnable message) {
        mailbox.add(message);
        schedule();
    }

    /** Runs after each batch of messages: the place for what they have made possible together. */
    protected abstract void afterBatch();

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            lendThread();
        }
    }

    private void lendThread() {
        try {
            workers.execute(this::runBatches);
        } catch (RejectedExecutionException closed) {
            // Only late answers come after the end, and nobody waits for them.
            log.debug("{} was told something after its workers had gone", this);
        }
    }

    /** While there are messages it keeps its thread, for some batches: to wake another one costs more than a batch. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint that saves wake-ups; nothing depends on it
    private void runBatches() {
        for (int i = 0; i < BATCHES; i++) {
            // Whoever has left a message has often more of them: let it, and take them together.
            Thread.yield();
            runBatch();
            if (mailbox.isEmpty()) {
                scheduled.set(false);
                if (mailbox.isEmpty() || !scheduled.compareAndSet(false, true)) {
                    return;
                }
            }
        }
        lendThread();
    }

    private void runBatch() {
        for (int i = 0; i < BATCH; i++) {
            Runnable message = mailbox.poll();
            if (message == null) {
                break;
            }
            guarded(message);
        }
        guarded(this::afterBatch);
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("{} failed at a step and goes on", this, e);
        }
    }
}
