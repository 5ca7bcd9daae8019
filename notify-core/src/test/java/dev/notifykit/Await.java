package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.result.SendResult;
import dev.notifykit.testing.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do, with a deadline that fails the test. */
public final class Await {

    private static final Duration MOST = Duration.ofSeconds(60);
    private static final Duration FIRST_STEP = Duration.ofMillis(50);
    private static final Duration LAST_STEP = Duration.ofSeconds(30);

    /** A host's own code may keep a client's thread busy in a test. */
    private static final Duration LONGEST_STEP = Duration.ofMillis(500);

    private static final Path TASKS = Path.of("/proc/self/task");

    private Await() {}

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + MOST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("gave up waiting until " + what)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    public static SendResult result(CompletableFuture<SendResult> future) {
        return future.orTimeout(MOST.toSeconds(), TimeUnit.SECONDS).join();
    }

    /**
     * Moves the clock in growing steps until the condition holds, and after each waits until the clients' threads have nothing to do: on a
     * busy machine they would not keep up with the clock, and lose every lease. It gives up when the clock was moved that far and the threads had
     * their time as well.
     */
    public static void advancing(ManualTime time, Duration most, String what, BooleanSupplier condition) {
        Instant end = time.now().plus(most);
        long deadline = System.nanoTime() + MOST.toNanos();
        Duration step = FIRST_STEP;
        while (!condition.getAsBoolean()) {
            assertThat(time.now().isAfter(end) && System.nanoTime() - deadline > 0)
                    .as("gave up moving time until " + what)
                    .isFalse();
            time.advance(step);
            step = step.compareTo(LAST_STEP) < 0 ? step.multipliedBy(11).dividedBy(10) : LAST_STEP;
            settle();
        }
    }

    /**
     * Waits until the clients' threads have nothing to do. One that was woken may not show it at once: it counts when all have been idle for three looks, and
     * none of them waits for a processor.
     */
    public static void settle() {
        long deadline = System.nanoTime() + LONGEST_STEP.toNanos();
        for (int idle = 0; idle < 3 && System.nanoTime() - deadline < 0; ) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(150));
            idle = clientsAreIdle() && (idle < 2 || nobodyWaitsForAProcessor()) ? idle + 1 : 0;
        }
    }

    /** To Java a thread that was woken waits until it runs: the system knows better, where it can be asked. */
    private static boolean nobodyWaitsForAProcessor() {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                String stat = stat(task);
                int name = stat.indexOf("(notify-");
                int state = stat.lastIndexOf(')') + 2;
                if (name >= 0 && state < stat.length() && "RD".indexOf(stat.charAt(state)) >= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException unknown) {
            return true;
        }
    }

    private static String stat(Path task) {
        try {
            return Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    private static boolean clientsAreIdle() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread.State state = threads[i].getState();
            if (threads[i].getName().startsWith("notify-")
                    && (state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED)) {
                return false;
            }
        }
        return true;
    }
}
