package dev.notifykit;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A store that can be made to fail, throw or fall silent, and tells what it was asked. */
final class SteeredDedupStore implements DedupStore {

    enum Mode {
        WORKS,
        FAILS,
        THROWS,
        SILENT,
        ANSWERS_NULL
    }

    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile Mode mode = Mode.WORKS;
    volatile boolean closed;
    private final DedupStore store;

    SteeredDedupStore(TimeSource time) {
        store = new InMemoryDedupStore(time);
    }

    private <T> CompletionStage<T> call(String name, Supplier<CompletionStage<T>> real) {
        calls.add(name);
        return switch (mode) {
            case WORKS -> real.get();
            case FAILS -> CompletableFuture.failedStage(new DedupUnavailableException("away"));
            case THROWS -> throw new IllegalStateException("away");
            case SILENT -> new CompletableFuture<>();
            case ANSWERS_NULL -> CompletableFuture.completedStage(null);
        };
    }

    long count(String name) {
        return calls.stream().filter(name::equals).count();
    }

    @Override
    public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return call("claim", () -> store.claim(key, owner, terms));
    }

    @Override
    public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return call("renew", () -> store.renew(key, owner, terms));
    }

    @Override
    public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
        return call("confirm", () -> store.confirm(key, owner, ends, ttl));
    }

    @Override
    public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
        return call("release", () -> store.release(key, owner));
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }
}
