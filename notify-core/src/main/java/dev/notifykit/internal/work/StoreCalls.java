package dev.notifykit.internal.work;

import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of a store that always come to an end, and what they say about the store's health. */
public final class StoreCalls {

    private static final Logger log = LoggerFactory.getLogger(StoreCalls.class);

    private final String store;
    private final TimeSource time;
    private final Duration timeout;
    private volatile boolean failing;

    /**
     * All is well.
     *
     * @param store what is called, for the log: {@code "the dedup store"}
     * @param time the clock
     * @param timeout after which a call has failed
     */
    public StoreCalls(String store, TimeSource time, Duration timeout) {
        this.store = store;
        this.time = time;
        this.timeout = timeout;
    }

    /**
     * Makes a call.
     *
     * @param call the call
     * @param <T> what is answered
     * @return its answer; fails when the store throws, fails, answers null, or does not answer in time. An answer that comes later than
     *     that is dropped
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what is ignored ends with the answer
    public <T> CompletableFuture<T> call(Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletionStage<T> stage;
        try {
            stage = call.get();
        } catch (RuntimeException | Error e) {
            note(e);
            answer.completeExceptionally(e);
            return answer;
        }
        stage.whenComplete((value, failure) -> {
            if (value != null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(
                        failure == null ? new IllegalStateException("the store answered null") : failure);
            }
        });
        if (!answer.isDone()) {
            TimeSource.Timer deadline = time.schedule(
                    () -> answer.completeExceptionally(new TimeoutException("no answer within " + timeout)), timeout);
            answer.whenComplete((value, failure) -> deadline.cancel());
        }
        return answer.whenComplete((value, failure) -> note(failure));
    }

    /** Said once when it begins to fail, and once when it is over. */
    private void note(Throwable failure) {
        boolean failed = failure != null;
        if (failed != failing) {
            failing = failed;
            if (failed) {
                log.warn("{} does not answer: {}", store, Traces.of(failure));
            } else {
                log.info("{} answers again", store);
            }
        }
    }

    /**
     * Whether the last call failed.
     *
     * @return true until one is answered again
     */
    public boolean failing() {
        return failing;
    }
}
