package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisProgressStoreTest extends RedisProgressContract {

    OldestRedisProgressStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }
}
