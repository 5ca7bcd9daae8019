package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs calls at the same moment, each on a thread of its own. */
final class Together {

    private Together() {}

    static <T> List<T> run(int times, Callable<T> call, Duration patience) {
        return run(Collections.nCopies(times, call), patience);
    }

    /** Their answers, in order; fails with the first that failed, or when one does not end. */
    static <T> List<T> run(List<? extends Callable<T>> calls, Duration patience) {
        ExecutorService executor = Executors.newFixedThreadPool(calls.size(), task -> {
            Thread thread = new Thread(task, "contract");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CountDownLatch go = new CountDownLatch(calls.size());
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> call : calls) {
                futures.add(executor.submit(() -> {
                    go.countDown();
                    go.await();
                    return call.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            long end = System.nanoTime() + patience.toNanos();
            for (Future<T> future : futures) {
                answers.add(future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            }
            return answers;
        } catch (ExecutionException e) {
            return fail(e.getCause());
        } catch (TimeoutException e) {
            return fail("not done within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(e);
        } finally {
            executor.shutdownNow();
        }
    }
}
