package dev.notifykit.redis;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.contract.WorkQueueContract;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for work queues, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisQueueContract extends WorkQueueContract {

    private final TestStores stores;
    private int made;
    private int partitions;

    RedisQueueContract(RedisTopology.Kind kind, RedisBinary binary) {
        stores = new TestStores(SharedRedis.of(kind, binary));
    }

    @Override
    protected WorkQueue createQueue(int partitions, int backlog, int letters) {
        this.partitions = partitions;
        QueueSettings settings = QueueSettings.builder()
                .maxBacklog((long) backlog * partitions)
                .maxLetters((long) letters * partitions)
                .build();
        return createQueue(stores, "-" + ++made, b -> b.partitions(partitions).queue(settings));
    }

    /** Over stores, as hosts have them. */
    WorkQueue createQueue(TestStores from, String name, UnaryOperator<RedisSettings.Builder> change) {
        return from.create(name, change).workQueue();
    }

    @Override
    protected DedupStore dedupStore() {
        return stores.create("-" + made, b -> b.partitions(partitions)).dedupStore();
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

    @AfterEach
    @Override
    public void checkTheLawAndClose() throws Exception {
        try {
            super.checkTheLawAndClose();
        } finally {
            stores.close();
        }
    }
}
