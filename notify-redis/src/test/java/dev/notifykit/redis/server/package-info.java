/**
 * Real {@code redis-server} processes for tests: {@link dev.notifykit.redis.server.SharedRedis} has those that any test may use,
 * {@link dev.notifykit.redis.server.RedisTopology} starts those that a test may kill.
 */
@NullMarked
package dev.notifykit.redis.server;

import org.jspecify.annotations.NullMarked;
