package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisDeviceStoreTest extends RedisDeviceContract {

    RedisDeviceStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
