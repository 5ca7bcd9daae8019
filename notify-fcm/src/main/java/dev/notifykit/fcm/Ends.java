package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmTransport.Outcome;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells how exchanges ended, on the workers' threads: what comes together is told by one of them, since each hand-over may wake a thread, which costs
 * more than all the rest. Whoever blocks holds up only what his thread has taken: the rest is left to another. Thread-safe.
 */
final class Ends {

    private static final int TOGETHER = 64;

    private final Executor executor;
    private final Queue<End> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Ends(Executor executor) {
        this.executor = executor;
    }

    private record End(Consumer<Outcome> told, Outcome outcome) {

        void tell() {
            told.accept(outcome);
        }
    }

    void tell(Consumer<Outcome> told, Outcome outcome) {
        queue.add(new End(told, outcome));
        schedule();
    }

    private void schedule() {
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
            try {
                executor.execute(this::tellSome);
            } catch (RejectedExecutionException noThread) {
                // The service is closed, or every thread blocks: then it is told here, rather than never.
                tellSome();
            }
        }
    }

    private void tellSome() {
        End[] some = new End[TOGETHER];
        int count = 0;
        while (count < TOGETHER && (some[count] = queue.poll()) != null) {
            count++;
        }
        scheduled.set(false);
        schedule();
        for (int i = 0; i < count; i++) {
            some[i].tell();
        }
    }
}
