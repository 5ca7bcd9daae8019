package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisProgressStoreTest extends RedisProgressContract {

    RedisProgressStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
