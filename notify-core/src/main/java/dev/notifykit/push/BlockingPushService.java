package dev.notifykit.push;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Runs a blocking attempt on the host's executor. */
record BlockingPushService(ProviderId provider, Executor executor, Function<PushRequest, PushResponse> attempt)
        implements PushService {

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        try {
            return CompletableFuture.supplyAsync(() -> attempt.apply(request), executor);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(new PushResponse.Unavailable(
                    PushResponse.Unavailable.Cause.NOT_SENT, "the executor of " + provider + " takes no more work"));
        }
    }

    @Override
    public void close() {
        // The executor is the host's.
    }
}
