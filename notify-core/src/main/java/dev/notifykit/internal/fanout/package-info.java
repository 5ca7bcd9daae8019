/**
 * The engine of fan-outs. {@link dev.notifykit.internal.fanout.FanOutEngine} finds shards that nobody works on;
 * {@link dev.notifykit.internal.fanout.ShardRun} works on one of them.
 */
@NullMarked
package dev.notifykit.internal.fanout;

import org.jspecify.annotations.NullMarked;
