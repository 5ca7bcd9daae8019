package dev.notifykit.result;

import dev.notifykit.push.FanOutId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;

/**
 * How one row of a fan-out ended. (fan-out, shard, key) is its identity: a sink that is told twice, after a crash, recognises it by
 * that. Immutable.
 *
 * @param fanOut the fan-out
 * @param shard the shard of the audience, from 0
 * @param key the row's key, unique in its shard
 * @param request the id that every attempt carried, and that travelled to the device unless it was turned off
 * @param target where it went
 * @param result how it ended
 */
public record RowResult(FanOutId fanOut, int shard, String key, RequestId request, Target target, SendResult result) {}
