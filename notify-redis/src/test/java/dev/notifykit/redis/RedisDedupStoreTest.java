package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisDedupStoreTest extends RedisDedupContract {

    RedisDedupStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
