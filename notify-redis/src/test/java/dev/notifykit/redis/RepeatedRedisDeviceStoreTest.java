package dev.notifykit.redis;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every script is run twice, as after a lost reply, and its second answer counts. */
class RepeatedRedisDeviceStoreTest extends RedisDeviceContract {

    private int stores;

    RepeatedRedisDeviceStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }

    @Override
    protected DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl) {
        return devices.create("-" + ++stores, devicesPerUser, deadTokenTtl, way -> calls -> {
            List<Object> answers = way.apply(
                    calls.stream().flatMap(call -> Stream.of(call, call)).toList());
            return IntStream.range(0, calls.size())
                    .mapToObj(i -> answers.get(2 * i + 1))
                    .toList();
        });
    }
}
