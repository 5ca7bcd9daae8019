package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisWorkQueueTest extends RedisQueueContract {

    ClusterRedisWorkQueueTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }

    @Override
    protected int modelSteps() {
        return 500;
    }
}
