package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisDeviceStoreTest extends RedisDeviceContract {

    ClusterRedisDeviceStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }

    @Override
    boolean runsRandomSteps() {
        return true;
    }
}
