package dev.notifykit.internal.fanout;

import java.time.Duration;

/**
 * How this instance works on fan-outs.
 *
 * @param instance its name, for people to read
 * @param pageSize rows per page
 * @param openPages pages with much left to do, per shard
 * @param maxShards shards worked on at once
 * @param lease how long a shard is held without renewal
 * @param parkedLimit rows parked per shard before reading stops
 */
public record FanOutSettings(
        String instance, int pageSize, int openPages, int maxShards, Duration lease, int parkedLimit) {}
