package dev.notifykit.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimeTest {

    private final TimeSource time = TimeSource.system();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        time.close();
        time.close();
    }

    @Test
    void runsATaskOnceNotBeforeItsTimeOnADaemonThread() throws Exception {
        long begin = time.nanoTime();
        CountDownLatch done = new CountDownLatch(1);

        time.schedule(
                () -> {
                    ran.add(Thread.currentThread().isDaemon() + " " + (time.nanoTime() - begin >= 30_000_000));
                    done.countDown();
                },
                Duration.ofMillis(30));

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("true true");
    }

    @Test
    void aTaskThatThrowsStopsNoOther() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        time.schedule(
                () -> {
                    throw new IllegalStateException("task");
                },
                Duration.ZERO);

        time.schedule(done::countDown, Duration.ofMillis(-5));

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCancelledTaskDoesNotRun() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        time.schedule(() -> awaitQuietly(cancelled), Duration.ZERO); // timers have one thread
        TimeSource.Timer timer = time.schedule(() -> ran.add("cancelled"), Duration.ofMillis(20));
        timer.cancel();
        timer.cancel();
        time.schedule(done::countDown, Duration.ofMillis(40));
        cancelled.countDown();

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void afterCloseTimersAreTakenAndNeverRun() {
        time.close();

        time.schedule(() -> ran.add("late"), Duration.ZERO).cancel();

        assertThat(ran).isEmpty();
    }

    @Test
    void readsTheMachinesClock() {
        assertThat(Duration.between(time.now(), Instant.now()).abs()).isLessThan(Duration.ofSeconds(10));
    }
}
