package dev.notifykit.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes of a store's stage a future for the host: what the host hangs on it runs on the callback executor, never on a store's thread. Thread-safe. */
record HostFutures(Executor callbacks) {

    /** With the failure of the store itself, however many stages it came through. */
    <T extends @Nullable Object> CompletableFuture<T> of(CompletionStage<T> stage) {
        CompletableFuture<T> future = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            Runnable end = () -> {
                if (failure == null) {
                    future.complete(value);
                } else {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    future.completeExceptionally(cause == null ? failure : cause);
                }
            };
            try {
                callbacks.execute(end);
            } catch (RejectedExecutionException closed) {
                end.run();
            }
        });
        return future;
    }
}
