package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisRateStoreTest extends RedisRateContract {

    OldestRedisRateStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }
}
