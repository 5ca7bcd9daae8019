package dev.notifykit.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Every task runs once, and one that blocks holds up no other. */
class CompletionsTest {

    private static final int THREADS = 4;

    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    private final ExecutorService hosts = Executors.newFixedThreadPool(8);
    private final Completions completions = new Completions(pool, THREADS);

    @AfterEach
    void end() {
        hosts.shutdownNow();
        pool.shutdownNow();
    }

    @RepeatedTest(5)
    void everyTaskRunsOnce() throws InterruptedException {
        int each = 20_000;
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(8 * each);
        for (int host = 0; host < 8; host++) {
            hosts.execute(() -> {
                for (int i = 0; i < each; i++) {
                    completions.execute(() -> {
                        ran.incrementAndGet();
                        done.countDown();
                    });
                }
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS))
                .as("left: " + done.getCount())
                .isTrue();
        assertThat(ran).hasValue(8 * each);
    }

    @RepeatedTest(20)
    void tasksThatBlockHoldUpNoOther() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(THREADS - 1);
        CountDownLatch others = new CountDownLatch(100);
        for (int i = 0; i < THREADS - 1; i++) {
            completions.execute(() -> {
                blocked.countDown();
                await(release);
            });
        }
        for (int i = 0; i < 100; i++) {
            completions.execute(others::countDown);
        }
        assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
        release.countDown();
    }

    @Test
    void aTaskThatFailsStopsNothing() throws InterruptedException {
        CountDownLatch after = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            completions.execute(() -> {
                throw new IllegalStateException("made to fail");
            });
            completions.execute(after::countDown);
        }
        assertThat(after.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutThreadsATaskRunsWhereItIs() {
        pool.shutdown();
        AtomicReference<Thread> where = new AtomicReference<>();
        completions.execute(() -> where.set(Thread.currentThread()));
        assertThat(where).hasValue(Thread.currentThread());
        completions.execute(() -> where.set(null));
        assertThat(where).hasValue(null);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
