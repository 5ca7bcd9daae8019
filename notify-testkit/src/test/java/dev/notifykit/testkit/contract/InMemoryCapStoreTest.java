package dev.notifykit.testkit.contract;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.InMemoryCapStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;

/** Core's store in memory; what is special to it is tested in core. */
class InMemoryCapStoreTest extends CapStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected CapStore createStore() {
        return new InMemoryCapStore(time);
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
