package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What an asynchronous store answers, without its future. */
final class Answers {

    private Answers() {}

    /** Fails when the store failed, or when no answer comes. */
    static <T extends @Nullable Object> T get(CompletionStage<T> stage, Duration patience) {
        try {
            return stage.toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return fail("the store failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            return fail("no answer within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(e);
        }
    }

    /** Why a call failed that has to. */
    static @Nullable Throwable failure(CompletionStage<?> stage, Duration patience) {
        return assertThrows(
                        ExecutionException.class,
                        () -> stage.toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS))
                .getCause();
    }
}
