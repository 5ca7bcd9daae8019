package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.testkit.contract.TopicStoreContract;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for topic stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisTopicContract extends TopicStoreContract {

    final TestDevices stores;

    RedisTopicContract(RedisTopology.Kind kind, RedisBinary binary) {
        stores = new TestDevices(kind, binary);
    }

    @Override
    protected TopicStore createStore(int topicsPerUser) {
        return stores.createTopics(topicsPerUser);
    }

    @Override
    protected Instant now() {
        return stores.now();
    }

    @Override
    protected void passTime(Duration by) {
        stores.passTime(by);
    }

    /** Each seed takes some 80,000 calls: one for every run is enough, and {@code -Dnotifykit.seed=N} runs it on every Redis. */
    @Override
    @TestFactory
    public Stream<DynamicTest> randomStepsEndAsInTheReference() {
        return runsRandomSteps() || Long.getLong("notifykit.seed") != null
                ? super.randomStepsEndAsInTheReference().reduce((first, last) -> last).stream()
                : Stream.empty();
    }

    boolean runsRandomSteps() {
        return false;
    }

    @AfterEach
    void closeAll() {
        stores.close();
    }
}
