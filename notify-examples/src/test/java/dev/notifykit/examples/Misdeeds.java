package dev.notifykit.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What a test does to worker processes, some of it in the background. Used by one thread. */
final class Misdeeds {

    private final List<CompletableFuture<Void>> inBackground = new ArrayList<>();

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    /** Those that work. */
    static List<WorkerProcess> atWork(List<WorkerProcess> workers) {
        List<WorkerProcess> atWork = new ArrayList<>();
        for (WorkerProcess worker : workers) {
            unchecked(() -> {
                if (worker.isAtWork()) {
                    atWork.add(worker);
                }
            });
        }
        return atWork;
    }

    void restart(WorkerProcess worker) {
        inBackground.add(CompletableFuture.runAsync(
                () -> unchecked(worker::restart), task -> new Thread(task, "restart").start()));
    }

    /** Stops it for two leases. */
    void freeze(WorkerProcess worker) throws IOException, InterruptedException {
        worker.freeze();
        inBackground.add(CompletableFuture.runAsync(
                () -> unchecked(worker::thaw),
                CompletableFuture.delayedExecutor(Fleet.LEASE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)));
    }

    /** Waits for what was begun, and fails as it has failed. */
    void await() throws ExecutionException, InterruptedException {
        CompletableFuture.allOf(inBackground.toArray(CompletableFuture<?>[]::new))
                .get();
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
