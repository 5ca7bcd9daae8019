package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisCapStoreTest extends RedisCapContract {

    SentinelRedisCapStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }
}
