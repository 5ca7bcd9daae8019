package dev.notifykit.internal;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.fanout.FanOutSettings;
import dev.notifykit.internal.limit.LimitConfig;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.PushService;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.MessageSink;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.store.Stores;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import dev.notifykit.topic.TopicStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything a client was built with, checked.
 *
 * @param services the provider behind each lane, in order of registration
 * @param limits the bounds of each lane
 * @param shared limits that are not one lane's alone
 * @param retryPolicy for direct sends
 * @param handlers by name
 * @param listeners who watches
 * @param stores the place that the stores below may be of; null: there is none
 * @param progressStore keeps fan-outs; null: in memory
 * @param dedupStore remembers what messages have said; null: in memory
 * @param deviceStore knows devices; null: in memory
 * @param topicStore knows topics; null: in memory
 * @param workQueue keeps submitted messages; null: in memory
 * @param messageSink the host's door for the results of submitted messages; null: it has none
 * @param dedup how dedup keys are used
 * @param time the clock; null: the machine's
 * @param callbacks the host's executor for futures; null: our own
 * @param owned whether services and store are closed with the client
 * @param fanOut how this instance works on fan-outs
 * @param stageProbe asked at every stage; for tests
 */
public record EngineConfig(
        Map<LaneKey, PushService> services,
        Map<LaneKey, LaneLimits> limits,
        LimitConfig shared,
        RetryPolicy retryPolicy,
        Map<String, FanOutHandler> handlers,
        List<PushListener> listeners,
        @Nullable Stores stores,
        @Nullable ProgressStore progressStore,
        @Nullable DedupStore dedupStore,
        @Nullable DeviceStore deviceStore,
        @Nullable TopicStore topicStore,
        @Nullable WorkQueue workQueue,
        @Nullable MessageSink messageSink,
        DedupSettings dedup,
        @Nullable TimeSource time,
        @Nullable Executor callbacks,
        boolean owned,
        FanOutSettings fanOut,
        StageProbe stageProbe) {}
