package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class ClusterRedisDedupStoreTest extends RedisDedupContract {

    ClusterRedisDedupStoreTest() {
        super(RedisTopology.Kind.CLUSTER, RedisBinary.preferred());
    }

    @Override
    protected int modelSteps() {
        return 1_000;
    }
}
