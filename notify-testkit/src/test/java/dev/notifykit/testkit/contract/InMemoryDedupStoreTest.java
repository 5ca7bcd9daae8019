package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;

/** Core's store in memory; what is special to it is tested in core. */
class InMemoryDedupStoreTest extends DedupStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected DedupStore createStore() {
        return new InMemoryDedupStore(time);
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
