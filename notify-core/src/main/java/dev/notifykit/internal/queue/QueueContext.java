package dev.notifykit.internal.queue;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.MessageSink;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all partitions have in common on this instance.
 *
 * @param queue keeps the work
 * @param settings how this instance works
 * @param lanes by key
 * @param solo for suspects
 * @param expansions for messages of the intake
 * @param missing lanes that were not registered here
 * @param retryPolicy of every delivery
 * @param dedup what counts as said
 * @param sink the host's; null: it has none
 * @param watcher told of results that no lane brings about
 * @param time the clock
 * @param blocking where calls may block
 * @param stages asked at every stage
 */
record QueueContext(
        WorkQueue queue,
        QueueSettings settings,
        Map<LaneKey, WorkLane> lanes,
        Solo solo,
        Expansions expansions,
        MissingLanes missing,
        RetryPolicy retryPolicy,
        DedupSettings dedup,
        @Nullable MessageSink sink,
        ResultWatcher watcher,
        TimeSource time,
        Executor blocking,
        StageProbe stages) {}
