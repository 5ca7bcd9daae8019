package dev.notifykit.result;

import java.util.List;

/**
 * The host's door for the results of a fan-out: each row at least once, never silently lost. A page of the audience is closed only
 * after the sink took its rows.
 *
 * <p>Called on a worker thread that may block; one call at a time per shard, but several shards at once.
 */
@FunctionalInterface
public interface ResultSink {

    /**
     * Takes a batch of ended rows.
     *
     * @param results at most a page's rows, in no particular order; unmodifiable
     * @throws Exception when they could not be taken: the same batch comes again after a back-off, and meanwhile the shard goes no
     *     further
     */
    void accept(List<RowResult> results) throws Exception;
}
