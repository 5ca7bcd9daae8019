package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract finds what is broken in a store, and nothing in one that is good. */
class ProgressStoreContractTest {

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends ProgressStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<ProgressStore> change;
        private final Duration patience;

        Trial(UnaryOperator<ProgressStore> change, Duration patience) {
            this.change = change;
            this.patience = patience;
        }

        @Override
        protected ProgressStore createStore() {
            return change.apply(new InMemoryProgressStore(time));
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        @Override
        protected int modelSteps() {
            return 4_000;
        }

        @Override
        protected Duration patience() {
            return patience;
        }
    }

    @Test
    void findsNothingInAStoreThatOnlyForwards() {
        assertThat(ContractRun.failures(() -> new Trial(ForwardingProgressStore::new, Duration.ofMinutes(2))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void findsTheBug(ProgressStoreBug bug) {
        // Some bugs make the runners of the race wait for ever.
        Map<String, Throwable> failures = ContractRun.failures(() -> new Trial(bug::in, Duration.ofSeconds(1)));

        assertThat(failures).containsKey(bug.foundBy);
        if (bug.foundByModel) {
            assertThat(failures).containsKey("doesWhatTheReferenceDoes");
            assertThat(failures.get("doesWhatTheReferenceDoes"))
                    .as("how to run it again, and what came last")
                    .hasMessageContaining("-Dnotifykit.seed=")
                    .hasMessageContaining("after step");
        }
    }
}
