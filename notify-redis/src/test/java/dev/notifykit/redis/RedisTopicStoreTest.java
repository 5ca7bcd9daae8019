package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisTopicStoreTest extends RedisTopicContract {

    RedisTopicStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
