package dev.notifykit.internal.limit;

import dev.notifykit.internal.work.StoreCalls;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reserves places among what a device may get, and refunds them. When the store cannot say, the notification goes on unchecked: one too many is a
 * nuisance, none is a loss. While it does not answer only one request a second waits for it. Thread-safe.
 */
public final class Caps {

    /** How long a request waits for the store, at most. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private static final CompletableFuture<Look> GO_ON = CompletableFuture.completedFuture(Look.UNCHECKED);

    /** What a look at the device's places says. */
    public enum Look {
        /** There is a place. */
        RESERVED,
        /** There is none. */
        CAPPED,
        /** The store cannot say. */
        UNCHECKED
    }

    private final CapStore store;
    private final TimeSource time;
    private final StoreCalls calls;
    private final AtomicLong unchecked = new AtomicLong();
    private final AtomicLong askAgainAtNanos;

    /**
     * All is well.
     *
     * @param store remembers what devices got
     * @param time the clock
     */
    public Caps(CapStore store, TimeSource time) {
        this.store = store;
        this.time = time;
        calls = new StoreCalls("the cap store", time, TIMEOUT);
        askAgainAtNanos = new AtomicLong(time.nanoTime());
    }

    /**
     * Reserves a place.
     *
     * @param place for which attempt
     * @param cap of its device
     * @return never fails; ends after {@link #TIMEOUT} at the latest
     */
    public CompletableFuture<Look> reserve(Reservation place, DeviceCap cap) {
        if (calls.failing() && !isMyTurn()) {
            unchecked.incrementAndGet();
            return GO_ON;
        }
        return calls.call(() -> store.reserve(place, cap)).handle((reserved, failure) -> {
            if (reserved == null) {
                unchecked.incrementAndGet();
                return Look.UNCHECKED;
            }
            unchecked.set(0);
            return reserved ? Look.RESERVED : Look.CAPPED;
        });
    }

    private boolean isMyTurn() {
        long now = time.nanoTime();
        long at = askAgainAtNanos.get();
        return at - now <= 0 && askAgainAtNanos.compareAndSet(at, now + ASK_AGAIN_NANOS);
    }

    /**
     * Gives a place back. A refund that fails leaves the place taken until its window is over.
     *
     * @param place as it was reserved
     */
    public void refund(Reservation place) {
        if (!calls.failing()) {
            CompletableFuture<?> unused = calls.call(() -> store.refund(place)).exceptionally(failure -> false);
        }
    }

    /**
     * What is wrong at the moment.
     *
     * @return one line for health; none when all is well
     */
    public List<String> troubles() {
        return calls.failing()
                ? List.of("the cap store does not answer: " + unchecked.get() + " requests went on unchecked since")
                : List.of();
    }
}
