package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisDeviceStoreTest extends RedisDeviceContract {

    OldestRedisDeviceStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }
}
