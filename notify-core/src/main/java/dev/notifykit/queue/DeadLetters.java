package dev.notifykit.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What could not be delivered: to be looked at, replayed or purged by people. Thread-safe; calls block on the store. */
public interface DeadLetters {

    /** How many letters a page has at most. */
    int MAX_PAGE = 1_000;

    /**
     * Letters, in an order of the store's own that does not change.
     *
     * @param cursor where the page before ended; null: the first page
     * @param limit how many at most, 1 to {@value #MAX_PAGE}
     * @return the page
     * @throws QueueUnavailableException when the store does not answer
     */
    Page page(@Nullable Cursor cursor, int limit);

    /**
     * Sends letters again, with no attempts behind them; expiry and dedup are looked at again, and the result counts.
     *
     * @param ids which
     * @return for each what became of it, in the same order
     * @throws QueueUnavailableException when it is not known what became of some; repeating it is safe
     */
    List<Replayed> replay(List<DeadLetter.Id> ids);

    /**
     * Forgets letters for good; what they said may be said again.
     *
     * @param ids which
     * @return how many there were
     * @throws QueueUnavailableException when it is not known what became of some; repeating it is safe
     */
    int purge(List<DeadLetter.Id> ids);

    /**
     * Part of the letters.
     *
     * @param letters those of this page
     * @param next where the next page begins; null: this was the last
     */
    record Page(List<DeadLetter> letters, @Nullable Cursor next) {
        /** Copies the letters. */
        public Page {
            letters = List.copyOf(letters);
        }
    }

    /**
     * A place in the list of letters, for the store to understand.
     *
     * @param value may be kept as text
     */
    record Cursor(String value) {}

    /** What became of a letter that was to be replayed. */
    enum Replayed {
        /** It is a delivery again. */
        QUEUED,
        /** There is no such letter, or no longer. */
        GONE,
        /** Under its key something else was said since, or the same by another message, or is on its way; the letter stays. */
        STALE,
        /** It cannot be read; the letter stays. */
        UNREADABLE
    }
}
