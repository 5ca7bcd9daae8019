package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all shards of one fan-out have in common on this instance.
 *
 * @param spec what is sent
 * @param handler who knows the recipients
 * @param audience the recipients
 * @param lanes the handler's lanes
 * @param store keeps the progress
 * @param settings how this instance works
 * @param time the clock
 * @param blocking where calls may block
 * @param stages asked at every stage
 * @param burial where rows go that were given up; null: their results are all that is kept
 */
record ShardContext(
        FanOutSpec spec,
        FanOutHandler handler,
        Audience audience,
        Map<LaneKey, Lane> lanes,
        ProgressStore store,
        FanOutSettings settings,
        TimeSource time,
        Executor blocking,
        StageProbe stages,
        @Nullable Burial burial) {}
