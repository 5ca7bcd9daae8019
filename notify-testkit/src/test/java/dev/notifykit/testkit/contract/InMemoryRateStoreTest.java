package dev.notifykit.testkit.contract;

import dev.notifykit.limit.InMemoryRateStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;

/** Core's store in memory; what is special to it is tested in core. */
class InMemoryRateStoreTest extends RateStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected RateStore createStore() {
        return new InMemoryRateStore(time);
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
