/**
 * The stores on Redis, single, Sentinel or Cluster, on Jedis 8: {@link dev.notifykit.redis.RedisStores} makes them. Read
 * {@code RedisKeys} for what is where, then a store and its {@code .lua} files, which hold the rules; {@code RedisLink} runs them.
 */
@NullMarked
package dev.notifykit.redis;

import org.jspecify.annotations.NullMarked;
