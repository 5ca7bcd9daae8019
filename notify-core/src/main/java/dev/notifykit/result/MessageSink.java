package dev.notifykit.result;

import java.util.List;

/**
 * The host's door for the results of submitted messages: each at least once, never silently lost. The queue forgets a delivery only after
 * the sink took its result.
 *
 * <p>Called on a worker thread that may block; one call at a time per partition of the queue, but several partitions at once. On whichever instance
 * works on the message, not on the one that submitted it. A dead letter that was replayed has a result once more, and the last one counts.
 */
@FunctionalInterface
public interface MessageSink {

    /**
     * Takes a batch of results.
     *
     * @param results a few hundred at most, in no particular order; unmodifiable
     * @throws Exception when they could not be taken: the same batch comes again after a back-off, and meanwhile the partition soon takes no
     *     more work
     */
    void accept(List<DeliveryResult> results) throws Exception;
}
