package dev.notifykit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets the calls of a store that take some rounds go on together: each round of all of them is one pipeline. Every call ends within the
 * timeout, and one call's failure is not another's. Thread-safe.
 */
final class Talks implements AutoCloseable {

    private static final int MAX_WAITING = 20_000;

    /** A registration of a device asks some ten questions, a look-up two for each device. */
    private static final int MAX_TOGETHER = 64;

    private final Function<List<ScriptCall>, List<Object>> redis;
    private final Duration timeout;
    private final Function<RedisFailure, ? extends RuntimeException> failures;
    private final Riders<TalkCall<?>> riders;

    /**
     * Starts the thread.
     *
     * @param redis runs scripts, as {@link RedisLink#runAll}
     * @param failures what a call ends with when it fails
     */
    Talks(
            String threadName,
            Function<List<ScriptCall>, List<Object>> redis,
            Duration timeout,
            Function<RedisFailure, ? extends RuntimeException> failures) {
        this.redis = redis;
        this.timeout = timeout;
        this.failures = failures;
        riders = new Riders<>(threadName, MAX_WAITING, MAX_TOGETHER, this::send, failures);
    }

    /** Adds a call. What its first round needs is made here: what cannot be stored fails at once. */
    <T> CompletionStage<T> add(Supplier<Talk<T>> talk) {
        try {
            TalkCall<T> call = new TalkCall<>(talk.get(), System.nanoTime() + timeout.toNanos());
            if (!call.hasEnded()) {
                riders.add(call);
            }
            return call.answer();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        riders.endOverdue(System.nanoTime(), timeout);
    }

    /** Ends all calls, and the thread. Idempotent. */
    @Override
    public void close() {
        riders.close();
    }

    /** Round after round until all have ended; who is overdue asks nothing more. */
    private void send(List<TalkCall<?>> together) {
        List<TalkCall<?>> open = new ArrayList<>(together);
        while (!open.isEmpty()) {
            List<List<ScriptCall>> questions =
                    open.stream().map(TalkCall::questions).toList();
            List<Object> answers =
                    redis.apply(questions.stream().flatMap(List::stream).toList());
            int at = 0;
            for (int i = 0; i < open.size(); i++) {
                int end = at + questions.get(i).size();
                hear(open.get(i), answers.subList(at, end));
                at = end;
            }
            open.removeIf(PendingCall::hasEnded);
        }
    }

    private void hear(TalkCall<?> call, List<Object> answers) {
        try {
            call.hear(answers);
        } catch (Refusal refusal) {
            call.answer().completeExceptionally(refusal.cause());
        } catch (IllegalArgumentException tooLarge) {
            call.answer().completeExceptionally(tooLarge);
        } catch (RuntimeException failure) {
            call.answer().completeExceptionally(failures.apply(RedisFailure.of(failure)));
        }
    }

    /** Ends a call with an exception of its store's own, which is no failure of Redis. */
    static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final RuntimeException reason;

        Refusal(RuntimeException reason) {
            super(reason);
            this.reason = reason;
        }

        RuntimeException cause() {
            return reason;
        }
    }
}
