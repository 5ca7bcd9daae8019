package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.queue.InMemoryWorkQueue;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract finds what is broken in a queue, and nothing in one that is good. */
class WorkQueueContractFindsBugsTest {

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends WorkQueueContract {

        private final ManualTime time = ManualTime.create();
        private final BiFunction<WorkQueue, DedupStore, WorkQueue> change;
        private InMemoryDedupStore dedup = new InMemoryDedupStore(time);

        Trial(BiFunction<WorkQueue, DedupStore, WorkQueue> change) {
            this.change = change;
        }

        @Override
        protected WorkQueue createQueue(int partitions, int backlog, int letters) {
            dedup = new InMemoryDedupStore(time);
            WorkQueue good = InMemoryWorkQueue.builder(time)
                    .dedupStore(dedup)
                    .partitions(partitions)
                    .maxBacklog(backlog)
                    .maxLetters(letters)
                    .build();
            return change.apply(good, dedup);
        }

        @Override
        protected DedupStore dedupStore() {
            return dedup;
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        @Override
        protected int modelSteps() {
            return 4_000;
        }

        /** Some bugs make the owners of the race wait for ever. */
        @Override
        protected Duration patience() {
            return Duration.ofSeconds(20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsRuleFindsIt(QueueBug bug) {
        assertThat(ContractRun.failure(() -> new Trial((good, dedup) -> new ForwardingWorkQueue(good)), bug.foundBy))
                .isNull();

        assertThat(ContractRun.failure(() -> new Trial(bug::in), bug.foundBy)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void randomCallsFindItAndNameTheSeed(QueueBug bug) {
        Throwable failure = ContractRun.failure(() -> new Trial(bug::in), "doesWhatTheReferenceDoes");

        if (bug.foundByModel) {
            assertThat(failure)
                    .as("how to run it again, and what came last")
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("-Dnotifykit.seed=")
                    .hasMessageContaining("after step");
        }
    }
}
