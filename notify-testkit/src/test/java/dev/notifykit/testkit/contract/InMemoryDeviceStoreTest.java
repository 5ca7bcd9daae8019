package dev.notifykit.testkit.contract;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;

class InMemoryDeviceStoreTest extends DeviceStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl) {
        return InMemoryDeviceStore.builder(time)
                .devicesPerUser(devicesPerUser)
                .deadTokenTtl(deadTokenTtl)
                .build();
    }

    @Override
    protected Instant now() {
        return time.now();
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
