package dev.notifykit.redis.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what will be. */
public final class Await {

    private static final long PAUSE_NANOS = 5_000_000;

    private Await() {}

    /**
     * Returns when it is so.
     *
     * @param patience after which it never will
     * @param failure what to say then
     */
    public static void until(Duration patience, BooleanSupplier condition, Supplier<String> failure) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new AssertionError(failure.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
