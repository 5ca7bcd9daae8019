package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisProgressStoreTest extends RedisProgressContract {

    SentinelRedisProgressStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }
}
