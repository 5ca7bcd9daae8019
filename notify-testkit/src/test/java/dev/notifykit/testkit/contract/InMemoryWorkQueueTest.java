package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.queue.InMemoryWorkQueue;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;

/** Core's queue in memory; what is special to it is tested in core. */
class InMemoryWorkQueueTest extends WorkQueueContract {

    private final ManualTime time = ManualTime.create();
    private InMemoryDedupStore dedup = new InMemoryDedupStore(time);

    @Override
    protected WorkQueue createQueue(int partitions, int backlog, int letters) {
        dedup = new InMemoryDedupStore(time);
        return InMemoryWorkQueue.builder(time)
                .dedupStore(dedup)
                .partitions(partitions)
                .maxBacklog(backlog)
                .maxLetters(letters)
                .build();
    }

    @Override
    protected DedupStore dedupStore() {
        return dedup;
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
