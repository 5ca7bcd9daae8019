package dev.notifykit.internal.queue;

import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.WorkQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dead letters as the host sees them. What is replayed takes the road of every delivery, so that its expiry is looked at before its attempt. */
final class Letters implements DeadLetters {

    private final WorkQueue queue;
    private final Runnable replayed;

    /**
     * The letters of a queue.
     *
     * @param replayed told that there may be work
     */
    Letters(WorkQueue queue, Runnable replayed) {
        this.queue = queue;
        this.replayed = replayed;
    }

    @Override
    public Page page(@Nullable Cursor cursor, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " letters, asked for are " + limit);
        }
        return queue.letters(cursor, limit);
    }

    @Override
    public List<Replayed> replay(List<DeadLetter.Id> ids) {
        try {
            return queue.replay(List.copyOf(ids));
        } finally {
            replayed.run();
        }
    }

    @Override
    public int purge(List<DeadLetter.Id> ids) {
        return queue.purge(List.copyOf(ids));
    }
}
