package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How much the tests of a fleet's faults have to do: little, or with the Maven profile {@code faults} as much as in production. */
final class FaultSize {

    private static final boolean FULL = "full".equals(System.getProperty("notifykit.faults"));

    static final int RECIPIENTS = FULL ? 100_000 : 5_000;
    static final int ROUNDS = FULL ? 20 : 3;

    /** How many messages are due at one moment. */
    static final int AT_ONCE = FULL ? 1_000_000 : 50_000;

    /** Longer than it takes to hand them in. */
    static final Duration BEFORE = Duration.ofSeconds(FULL ? 120 : 6);

    /** What each of three workers has on its way in each of four lanes: so little that all rounds find them at work. */
    static final int IN_FLIGHT = FULL ? 20 : 2;

    /** Far longer than the full size takes on a machine that has nothing else to do. */
    static final int MOST_SECONDS = 1_800;

    private FaultSize() {}

    /** Returns when it is so, and fails when it is not within the time that a run may take. */
    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start)
                    .as("gave up waiting until " + what)
                    .isLessThan(TimeUnit.SECONDS.toNanos(FULL ? MOST_SECONDS : MOST_SECONDS / 6));
            LockSupport.parkNanos(5_000_000);
        }
    }
}
