package dev.notifykit.redis;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.testkit.contract.DeviceStoreContract;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for device stores, on any Redis. */
@ExtendWith(RedisLogs.class)
abstract class RedisDeviceContract extends DeviceStoreContract {

    final TestDevices devices;

    RedisDeviceContract(RedisTopology.Kind kind, RedisBinary binary) {
        devices = new TestDevices(kind, binary);
    }

    @Override
    protected DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl) {
        return devices.create(devicesPerUser, deadTokenTtl);
    }

    @Override
    protected Instant now() {
        return devices.now();
    }

    @Override
    protected void passTime(Duration by) {
        devices.passTime(by);
    }

    /** Each seed takes some 40,000 calls: one for every run is enough, and {@code -Dnotifykit.seed=N} runs it on every Redis. */
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
        devices.close();
    }
}
