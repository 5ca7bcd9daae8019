package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisRateStoreTest extends RedisRateContract {

    ClusterRedisRateStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }
}
