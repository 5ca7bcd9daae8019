package dev.notifykit.redis;

import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.contract.ProgressStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for progress stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisProgressContract extends ProgressStoreContract {

    private final RedisTopology redis;
    private final TestStores stores;

    RedisProgressContract(RedisTopology.Kind kind, RedisBinary binary) {
        redis = SharedRedis.of(kind, binary);
        stores = new TestStores(redis);
    }

    @Override
    protected ProgressStore createStore() {
        return stores.create().progressStore();
    }

    /** Runners that race let it pass at the same moment. */
    @Override
    protected synchronized void passTime(Duration by) {
        stores.passTime(by);
    }

    /** The clock goes on while a test runs, and nothing may fall due by that on a slow machine. */
    @Override
    protected Duration lease() {
        return Duration.ofHours(1);
    }

    /** Each is some ten round trips. */
    @Override
    protected int modelSteps() {
        return 300;
    }

    /** The law is looked up in the store: the connections are closed after that. */
    @Override
    @AfterEach
    public void checkTheLawAndClose() {
        try {
            super.checkTheLawAndClose();
        } finally {
            stores.close();
        }
    }
}
