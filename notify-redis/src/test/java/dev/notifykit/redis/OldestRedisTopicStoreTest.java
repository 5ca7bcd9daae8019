package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisTopicStoreTest extends RedisTopicContract {

    OldestRedisTopicStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }
}
