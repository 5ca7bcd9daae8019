package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class SentinelRedisDedupStoreTest extends RedisDedupContract {

    SentinelRedisDedupStoreTest() {
        super(RedisTopology.Kind.SENTINEL, RedisBinary.preferred());
    }

    @Override
    protected int modelSteps() {
        return 1_000;
    }
}
