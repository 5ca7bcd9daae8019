package dev.notifykit.examples;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What befalls the workers of a fleet: now and then one is killed, and comes back a little later; every third time one stands still
 * instead, for longer than its lease, and goes on as if nothing had happened. Only workers that are at work are struck, so that there is
 * always some progress. Thread-safe.
 */
final class Misfortunes implements AutoCloseable {

    /** How long a killed worker is away, its start not counted. */
    static final Duration AWAY = Duration.ofSeconds(2);

    private static final int FREEZE_EVERY = 3;

    private final List<WorkerProcess> workers;
    private final Duration lease;
    private final Consumer<String> told;
    private final Consumer<Exception> failed;
    private final SplittableRandom random;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
    private final ExecutorService starts = Executors.newCachedThreadPool();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private int strikes;

    /**
     * None yet.
     *
     * @param lease how long a worker must be silent for the others to take over
     * @param told hears of each of them
     * @param failed hears when a worker does not come back
     */
    Misfortunes(
            List<WorkerProcess> workers, Duration lease, long seed, Consumer<String> told, Consumer<Exception> failed) {
        this.workers = workers;
        this.lease = lease;
        this.told = told;
        this.failed = failed;
        random = new SplittableRandom(seed);
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * One each time, if somebody is at work.
     *
     * @param most after how many it ends
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the clock
    void begin(Duration every, int most) {
        clock.scheduleWithFixedDelay(
                () -> guarded(() -> strike(most)), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    int kills() {
        return kills.get();
    }

    int stops() {
        return stops.get();
    }

    private void strike(int most) throws IOException, InterruptedException {
        List<WorkerProcess> atWork = new ArrayList<>();
        for (WorkerProcess worker : workers) {
            if (worker.isAtWork()) {
                atWork.add(worker);
            }
        }
        if (atWork.isEmpty() || strikes == most) {
            return;
        }
        WorkerProcess worker = atWork.get(random.nextInt(atWork.size()));
        if (++strikes % FREEZE_EVERY == 2) {
            freeze(worker);
        } else {
            kill(worker);
        }
    }

    private void kill(WorkerProcess worker) throws InterruptedException {
        worker.kill();
        kills.incrementAndGet();
        told.accept(worker + " is killed (SIGKILL) and comes back in " + Format.seconds(AWAY));
        later(AWAY, () -> starts.execute(() -> guarded(worker::restart)));
    }

    private void freeze(WorkerProcess worker) throws IOException, InterruptedException {
        Duration time = lease.multipliedBy(2);
        worker.freeze();
        stops.incrementAndGet();
        told.accept(worker + " stands still (SIGSTOP) for " + Format.seconds(time) + "; its leases end after "
                + Format.seconds(lease));
        later(time, () -> guarded(worker::thaw));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it tells by itself
    private void later(Duration delay, Runnable step) {
        clock.schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failed.accept(e);
        }
    }

    /** No more of them; returns when whoever stood still goes on, and whoever was starting has started. */
    @Override
    public void close() {
        clock.shutdown();
        starts.shutdown();
        try {
            clock.awaitTermination(1, TimeUnit.MINUTES);
            starts.awaitTermination(1, TimeUnit.MINUTES);
            for (WorkerProcess worker : workers) {
                worker.thaw();
            }
        } catch (IOException e) {
            failed.accept(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
