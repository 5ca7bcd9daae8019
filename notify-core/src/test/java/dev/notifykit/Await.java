package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.result.SendResult;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do, with a deadline that fails the test. */
public final class Await {

    private static final Duration MOST = Duration.ofSeconds(20);
    private static final Duration FIRST_STEP = Duration.ofMillis(50);
    private static final Duration LAST_STEP = Duration.ofSeconds(30);

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
     * Moves the clock in growing steps until the condition holds, giving other threads a moment after each. It gives up when the clock was
     * moved that far and the threads had their time as well: on a busy machine they do not keep up with the clock.
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
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        }
    }
}
