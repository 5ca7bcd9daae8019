package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;

class OldestRedisDedupStoreTest extends RedisDedupContract {

    OldestRedisDedupStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.bundled());
    }

    @Override
    protected int modelSteps() {
        return 1_000;
    }
}
