package dev.notifykit.internal;

import java.util.concurrent.CompletableFuture;

/** What the host holds: cancelling it takes back what it stands for, as far as it has not been attempted. */
final class CancellableFuture<T> extends CompletableFuture<T> {

    private volatile boolean cancelAsked;
    private volatile Runnable onCancel = () -> {};

    /** Says what to do; at once when it was cancelled before. May be told twice, so it must do no harm twice. */
    void onCancel(Runnable task) {
        onCancel = task;
        if (cancelAsked) {
            task.run();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        // First, or the end that this brings about would be there before it.
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        cancelAsked = true;
        onCancel.run();
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
