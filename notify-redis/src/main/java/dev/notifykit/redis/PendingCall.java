package dev.notifykit.redis;

import java.util.concurrent.CompletableFuture;

/**
 * A call that waits for its answer. Thread-safe: whoever ends it first has ended it.
 *
 * @param <T> its answer
 */
class PendingCall<T> {

    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final long deadline;

    /**
     * A call.
     *
     * @param deadline by {@link System#nanoTime()}
     */
    PendingCall(long deadline) {
        this.deadline = deadline;
    }

    final CompletableFuture<T> answer() {
        return answer;
    }

    final boolean isOverdue(long now) {
        return deadline - now <= 0;
    }

    /** Also when its caller has cancelled it. */
    final boolean hasEnded() {
        return answer.isDone();
    }
}
