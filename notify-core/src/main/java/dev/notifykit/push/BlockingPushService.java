package dev.notifykit.push;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Runs a blocking attempt on the host's executor. */
final class BlockingPushService implements PushService {

    private final ProviderId provider;
    private final Executor executor;
    private final Function<PushRequest, PushResponse> attempt;
    private volatile boolean closed;

    BlockingPushService(ProviderId provider, Executor executor, Function<PushRequest, PushResponse> attempt) {
        this.provider = provider;
        this.executor = executor;
        this.attempt = attempt;
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        if (closed) {
            return CompletableFuture.completedFuture(notSent("the service is closed"));
        }
        try {
            return CompletableFuture.supplyAsync(() -> attempt.apply(request), executor);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(notSent("the executor of " + provider + " takes no more work"));
        }
    }

    private static PushResponse notSent(String reason) {
        return new PushResponse.Unavailable(PushResponse.Unavailable.Cause.NOT_SENT, reason);
    }

    /** What waits in the executor still runs; the executor is the host's. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "BlockingPushService[" + provider + "]";
    }
}
