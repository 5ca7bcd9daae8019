package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisTopicStoreTest extends RedisTopicContract {

    SentinelRedisTopicStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }
}
