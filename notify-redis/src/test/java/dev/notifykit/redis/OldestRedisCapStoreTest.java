package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisCapStoreTest extends RedisCapContract {

    OldestRedisCapStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }
}
