package dev.notifykit;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.InMemoryCapStore;
import dev.notifykit.limit.LimitUnavailableException;
import dev.notifykit.limit.Reservation;
import dev.notifykit.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A store that can be made to fail, throw or take its time, and tells what it was asked. */
final class SteeredCapStore implements CapStore {

    enum Mode {
        WORKS,
        FAILS,
        THROWS
    }

    final List<Reservation> reserved = new CopyOnWriteArrayList<>();
    final List<Reservation> refunded = new CopyOnWriteArrayList<>();
    volatile Mode mode = Mode.WORKS;

    /** Whose answers wait for {@link #answer}. */
    volatile Predicate<Reservation> slow = place -> false;

    volatile boolean closed;
    private final CapStore store;
    private final List<Runnable> waiting = new ArrayList<>();

    SteeredCapStore(TimeSource time) {
        store = new InMemoryCapStore(time);
    }

    @Override
    public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
        reserved.add(place);
        return switch (mode) {
            case FAILS -> CompletableFuture.failedStage(new LimitUnavailableException("away"));
            case THROWS -> throw new IllegalStateException("away");
            case WORKS -> {
                if (!slow.test(place)) {
                    yield store.reserve(place, cap);
                }
                CompletableFuture<Boolean> later = new CompletableFuture<>();
                synchronized (waiting) {
                    waiting.add(() -> later.complete(
                            store.reserve(place, cap).toCompletableFuture().join()));
                }
                yield later;
            }
        };
    }

    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    void answer() {
        List<Runnable> all;
        synchronized (waiting) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<Boolean> refund(Reservation place) {
        refunded.add(place);
        return mode == Mode.WORKS
                ? store.refund(place)
                : CompletableFuture.failedStage(new LimitUnavailableException("away"));
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }
}
