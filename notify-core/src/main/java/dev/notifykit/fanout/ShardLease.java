package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;

/**
 * The right to work on one shard, until it ends. Every change to the shard shows it, and the store refuses one that has been
 * superseded. Immutable.
 *
 * @param fanOut which fan-out
 * @param shard which shard, from 0
 * @param fence raised by every grant, and never the same again even if the store forgets the last grants
 */
public record ShardLease(FanOutId fanOut, int shard, String fence) {}
