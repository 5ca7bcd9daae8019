package dev.notifykit.internal.fanout;

import dev.notifykit.internal.work.Traces;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a shard's results to the host's sink, if it has one, one batch at a time, off the shard's own thread. A batch that is refused comes again after a
 * back-off; nothing is dropped. Its methods belong to the shard's actor.
 */
final class ShardSink {

    private static final Logger log = LoggerFactory.getLogger(ShardSink.class);

    /** A result with what follows once the sink has taken it. */
    private record Entry(RowResult result, Runnable taken) {}

    private final @Nullable ResultSink sink;
    private final int most;
    private final TimeSource time;
    private final Executor blocking;
    private final StageProbe stages;
    private final Consumer<Runnable> actor;
    private final Consumer<String> trouble;

    private final ArrayList<Entry> waiting = new ArrayList<>();
    private boolean busy;
    private final HostBackoff backoff = new HostBackoff();

    ShardSink(ShardContext context, Consumer<Runnable> actor, Consumer<String> trouble) {
        sink = context.handler().sink().orElse(null);
        most = context.settings().pageSize();
        time = context.time();
        blocking = context.blocking();
        stages = context.stages();
        this.actor = actor;
        this.trouble = trouble;
    }

    void add(RowResult result, Runnable taken) {
        waiting.add(new Entry(result, taken));
    }

    /** Whether the host has no sink: then nothing is added here. */
    boolean isAbsent() {
        return sink == null;
    }

    /** Whether a batch is worth handing over before the next tick. */
    boolean isFull() {
        return waiting.size() >= ShardMarks.MOST;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && !busy;
    }

    /** Hands over what waits, unless a batch is under way. */
    void pump() {
        ResultSink host = sink;
        if (host == null || busy || waiting.isEmpty()) {
            return;
        }
        List<Entry> batch = List.copyOf(waiting.subList(0, Math.min(most, waiting.size())));
        waiting.subList(0, batch.size()).clear();
        busy = true;
        List<RowResult> results = batch.stream().map(Entry::result).toList();
        blocking.execute(() -> handOver(host, batch, results));
    }

    private void handOver(ResultSink host, List<Entry> batch, List<RowResult> results) {
        try {
            host.accept(results);
            stages.at(Stage.SINK_TOOK);
        } catch (Exception | Error e) {
            Duration wait = backoff.afterFailure();
            log.warn(
                    "the result sink refused {} results; they come again in {}: {}",
                    results.size(),
                    wait,
                    Traces.of(e));
            trouble.accept("sink: " + e.getClass().getName());
            time.schedule(() -> blocking.execute(() -> handOver(host, batch, results)), wait);
            return;
        }
        backoff.succeeded();
        actor.accept(() -> {
            busy = false;
            batch.forEach(entry -> entry.taken().run());
        });
    }
}
