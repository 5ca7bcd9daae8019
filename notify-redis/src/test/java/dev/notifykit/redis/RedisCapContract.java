package dev.notifykit.redis;

import dev.notifykit.limit.CapStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.contract.CapStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for cap stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisCapContract extends CapStoreContract {

    private final TestStores stores;

    RedisCapContract(RedisTopology.Kind kind, RedisBinary binary) {
        stores = new TestStores(SharedRedis.of(kind, binary));
    }

    @Override
    protected CapStore createStore() {
        return stores.create().capStore();
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
