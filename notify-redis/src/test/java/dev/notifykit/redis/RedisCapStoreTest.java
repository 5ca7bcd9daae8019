package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisCapStoreTest extends RedisCapContract {

    RedisCapStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
