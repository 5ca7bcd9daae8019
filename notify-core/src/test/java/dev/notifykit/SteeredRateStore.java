package dev.notifykit;

import dev.notifykit.limit.InMemoryRateStore;
import dev.notifykit.limit.LimitUnavailableException;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import dev.notifykit.time.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that can be made to fail, throw or fall silent, and tells what it was asked and what it gave. */
public final class SteeredRateStore implements RateStore {

    /** What it does. */
    public enum Mode {
        /** What it should. */
        WORKS,
        /** Its stages fail. */
        FAILS,
        /** Its methods throw. */
        THROWS,
        /** Its stages do not end. */
        SILENT
    }

    /** What it was asked, in all modes. */
    public final List<RateAsk> asks = new CopyOnWriteArrayList<>();

    /** Stages of calls that were made in silence, with their answers. */
    public final List<Runnable> unanswered = new CopyOnWriteArrayList<>();

    /** What it does. */
    public volatile Mode mode = Mode.WORKS;

    /** Whether it was closed. */
    public volatile boolean closed;

    private final RateStore store;

    /** A store that works. */
    public SteeredRateStore(TimeSource time) {
        store = new InMemoryRateStore(time);
    }

    @Override
    public CompletionStage<RateGrant> take(RateAsk ask) {
        asks.add(ask);
        return switch (mode) {
            case WORKS -> store.take(ask);
            case FAILS -> CompletableFuture.failedStage(new LimitUnavailableException("away"));
            case THROWS -> throw new IllegalStateException("away");
            case SILENT -> {
                CompletableFuture<RateGrant> silent = new CompletableFuture<>();
                unanswered.add(() ->
                        silent.complete(store.take(ask).toCompletableFuture().join()));
                yield silent;
            }
        };
    }

    /** Answers what was asked in silence. */
    public void answer() {
        List<Runnable> late = List.copyOf(unanswered);
        unanswered.removeAll(late);
        late.forEach(Runnable::run);
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }
}
