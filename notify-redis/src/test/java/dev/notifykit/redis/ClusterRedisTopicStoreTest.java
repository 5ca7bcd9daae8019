package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisTopicStoreTest extends RedisTopicContract {

    ClusterRedisTopicStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }

    @Override
    boolean runsRandomSteps() {
        return true;
    }

    @Override
    protected int modelSteps() {
        return 2_000;
    }
}
