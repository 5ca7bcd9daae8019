package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisCapStoreTest extends RedisCapContract {

    ClusterRedisCapStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }
}
