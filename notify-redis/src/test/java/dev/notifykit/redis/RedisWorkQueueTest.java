package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class RedisWorkQueueTest extends RedisQueueContract {

    RedisWorkQueueTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }
}
