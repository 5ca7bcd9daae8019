package dev.notifykit.internal.fanout;

import dev.notifykit.internal.work.SinkDoor;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a shard's results to the handler's sink, at most a page's rows at a time. */
final class ShardSink extends SinkDoor<RowResult> {

    ShardSink(ShardContext context, Consumer<Runnable> actor, Consumer<String> trouble) {
        super(
                host(context),
                context.settings().pageSize(),
                new Ground(context.time(), context.blocking(), context.stages()),
                actor,
                trouble);
    }

    private static @Nullable Host<RowResult> host(ShardContext context) {
        ResultSink sink = context.handler().sink().orElse(null);
        return sink == null ? null : sink::accept;
    }
}
