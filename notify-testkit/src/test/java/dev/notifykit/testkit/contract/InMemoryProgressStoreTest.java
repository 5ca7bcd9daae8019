package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;

/** Core's store in memory; what is special to it is tested in core. */
class InMemoryProgressStoreTest extends ProgressStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected ProgressStore createStore() {
        return new InMemoryProgressStore(time);
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
