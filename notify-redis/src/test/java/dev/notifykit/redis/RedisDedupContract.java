package dev.notifykit.redis;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.contract.DedupStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for dedup stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisDedupContract extends DedupStoreContract {

    private final RedisTopology redis;
    private final TestStores stores;

    RedisDedupContract(RedisTopology.Kind kind, RedisBinary binary) {
        redis = SharedRedis.of(kind, binary);
        stores = new TestStores(redis);
    }

    @Override
    protected DedupStore createStore() {
        return stores.create().dedupStore();
    }

    @Override
    protected void passTime(Duration by) {
        stores.passTime(by);
    }

    /** Whole milliseconds, also in halves and quarters: Redis knows nothing smaller. */
    @Override
    protected Duration lease() {
        return Duration.ofMillis(1 << 22);
    }

    /** A slow machine takes its time between two calls. */
    @Override
    protected Duration tolerance() {
        return Duration.ofMinutes(15);
    }

    /** Enough for every answer to be heard. */
    @Override
    protected int modelSteps() {
        return 5_000;
    }

    @AfterEach
    void closeAll() {
        stores.close();
    }
}
