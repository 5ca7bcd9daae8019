package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmTransport.Outcome;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how exchanges ended, on the workers' threads and never on the network's: what comes together is told by one of them, since each
 * hand-over may wake a thread, which costs more than all the rest. Whoever is told may block, and then holds up nobody: as long as something is
 * left, a further worker has been called. Thread-safe.
 */
final class Ends {

    private static final Logger log = LoggerFactory.getLogger(Ends.class);

    private final Executor executor;
    private final ThreadFactory spare = Workers.daemons("notify-fcm-close-");
    private final Queue<End> queue = new ConcurrentLinkedQueue<>();

    /** Whether a worker is on its way, who will look into the queue. */
    private final AtomicBoolean called = new AtomicBoolean();

    Ends(Executor executor) {
        this.executor = executor;
    }

    private record End(Consumer<Outcome> told, Outcome outcome) {}

    void tell(Consumer<Outcome> told, Outcome outcome) {
        queue.add(new End(told, outcome));
        callWorker();
    }

    private void callWorker() {
        if (!queue.isEmpty() && called.compareAndSet(false, true)) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException noThread) {
                // The service is closed, or every thread blocks.
                startThread();
            } catch (OutOfMemoryError noThread) {
                work();
            }
        }
    }

    private void startThread() {
        try {
            spare.newThread(this::work).start();
        } catch (OutOfMemoryError noThread) {
            work(); // rather here than never
        }
    }

    private void work() {
        called.set(false);
        End end = queue.poll();
        callWorker();
        while (end != null) {
            tell(end);
            end = queue.poll();
        }
    }

    private static void tell(End end) {
        try {
            end.told().accept(end.outcome());
        } catch (RuntimeException | Error e) {
            log.error("Whoever was told how a request ended has failed", e); // the others are not to suffer for it
        }
    }
}
