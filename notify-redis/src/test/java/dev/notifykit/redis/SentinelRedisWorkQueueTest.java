package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisWorkQueueTest extends RedisQueueContract {

    SentinelRedisWorkQueueTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }

    @Override
    protected int modelSteps() {
        return 500;
    }
}
