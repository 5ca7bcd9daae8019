package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisRateStoreTest extends RedisRateContract {

    SentinelRedisRateStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }
}
