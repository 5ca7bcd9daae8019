package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisDeviceStoreTest extends RedisDeviceContract {

    SentinelRedisDeviceStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }
}
