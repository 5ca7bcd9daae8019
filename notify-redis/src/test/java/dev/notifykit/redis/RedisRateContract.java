package dev.notifykit.redis;

import dev.notifykit.limit.RateStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.contract.RateStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for rate stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisRateContract extends RateStoreContract {

    private final TestStores stores;

    RedisRateContract(RedisTopology.Kind kind, RedisBinary binary) {
        stores = new TestStores(SharedRedis.of(kind, binary));
        stores.standStill();
    }

    @Override
    protected RateStore createStore() {
        return stores.create().rateStore();
    }

    @Override
    protected void passTime(Duration by) {
        stores.passTime(by);
    }

    @Override
    protected int modelSteps() {
        return 1_000;
    }

    @AfterEach
    void closeAll() {
        stores.close();
    }
}
