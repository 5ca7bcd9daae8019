package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisWorkQueueTest extends RedisQueueContract {

    OldestRedisWorkQueueTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }

    @Override
    protected int modelSteps() {
        return 500;
    }
}
