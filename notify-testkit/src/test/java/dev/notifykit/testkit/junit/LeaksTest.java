package dev.notifykit.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaksTest {
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void letThreadsEnd() {
        end.countDown();
    }

    @Test
    void namesThreadsAndShowsWhereTheyStand() {
        Thread old = start("old-worker", true);
        Leaks leaks = Leaks.watch().patience(Duration.ZERO);
        start("forgotten-worker", true);
        start("forgotten-server", false);

        assertThatThrownBy(leaks::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("2 leaks left behind:")
                .hasMessageContaining("- daemon thread 'forgotten-worker', ")
                .hasMessageContaining("- thread 'forgotten-server', ")
                .hasMessageContaining("at ")
                .hasMessageNotContaining("old-worker");
        assertThat(old.isAlive()).isTrue();
    }

    @Test
    void showsTheStack() throws Exception {
        Leaks leaks = Leaks.watch().patience(Duration.ZERO);
        Thread thread = start("forgotten", true);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        assertThat(leaks.leftOver())
                .singleElement()
                .asString()
                .startsWith("daemon thread 'forgotten', WAITING")
                .contains("java.util.concurrent.CountDownLatch.await");
    }

    @Test
    void waitsForWhatIsAboutToEnd() {
        Leaks leaks = Leaks.watch();
        start("ending", true);
        AtomicInteger open = new AtomicInteger(2);
        leaks.connections("server", () -> {
            int now = open.get();
            if (now == 0) {
                end.countDown();
            }
            open.updateAndGet(n -> Math.max(0, n - 1));
            return now;
        });

        assertThatCode(leaks::check).doesNotThrowAnyException();
        assertThat(open).hasValue(0);
    }

    @Test
    void countsConnections() {
        Leaks leaks = Leaks.watch()
                .patience(Duration.ZERO)
                .connections("first server", () -> 1)
                .connections("second server", () -> 3)
                .connections("third server", () -> 0);

        assertThatThrownBy(leaks::check)
                .hasMessage("2 leaks left behind:\n  - 1 open connection to the first server"
                        + "\n  - 3 open connections to the second server");
    }

    @Test
    void allowedThreadsAreNoLeaks() {
        Leaks leaks = Leaks.watch().patience(Duration.ZERO).allowThreads("shared-pool-");
        start("shared-pool-1", true);

        assertThatCode(leaks::check).doesNotThrowAnyException();
    }

    @Test
    void threadsThatTheJvmSharesAreNoLeaks() throws Exception {
        Leaks leaks = Leaks.watch().patience(Duration.ZERO);
        GlobalEventExecutor.INSTANCE.submit(() -> {}).get(60, TimeUnit.SECONDS);
        CompletableFuture.supplyAsync(() -> 1, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                .get(60, TimeUnit.SECONDS);
        String java = ProcessHandle.current().info().command().orElseThrow();
        new ProcessBuilder(java, "-version").start().waitFor();

        assertThatCode(leaks::check).doesNotThrowAnyException();
    }

    /** Idle threads of OkHttp's live on for a minute; one with an address in its name serves an open connection. */
    @Test
    void onlyTheSharedThreadsOfOkHttpAreHarmless() {
        Leaks leaks = Leaks.watch().patience(Duration.ZERO);
        start("OkHttp TaskRunner", true);
        start("Okio Watchdog", true);
        assertThatCode(leaks::check).doesNotThrowAnyException();

        start("OkHttp localhost", true);
        assertThatThrownBy(leaks::check)
                .hasMessageStartingWith("1 leak left behind")
                .hasMessageContaining("'OkHttp localhost'");
    }

    @Test
    void wrongArguments() {
        assertThatThrownBy(() -> Leaks.watch().allowThreads(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Leaks.watch().patience(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Thread start(String name, boolean daemon) {
        Thread thread = new Thread(this::waitForTheEnd, name);
        thread.setDaemon(daemon);
        thread.start();
        return thread;
    }

    private void waitForTheEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
