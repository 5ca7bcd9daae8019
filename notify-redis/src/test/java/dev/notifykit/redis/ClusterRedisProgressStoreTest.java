package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisProgressStoreTest extends RedisProgressContract {

    ClusterRedisProgressStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }
}
