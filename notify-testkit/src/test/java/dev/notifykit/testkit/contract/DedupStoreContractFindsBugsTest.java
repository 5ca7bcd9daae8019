package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A contract is worth what it finds: each store here breaks one rule, and the test of that rule fails; so do the random calls. */
class DedupStoreContractFindsBugsTest {

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends DedupStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<DedupStore> change;

        Trial(UnaryOperator<DedupStore> change) {
            this.change = change;
        }

        @Override
        protected DedupStore createStore() {
            return change.apply(new InMemoryDedupStore(time));
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        void obeys(DedupBug bug) {
            makeTheStore();
            bug.rule.accept(this);
        }

        void doesWhatTheReferenceDoes(long seed) {
            new DedupModel(create(), this::passTime, lease(), tolerance(), patience(), seed).run(modelSteps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsRuleFindsIt(DedupBug bug) {
        new Trial(ForwardingDedupStore::new).obeys(bug);

        assertThatThrownBy(() -> new Trial(bug::in).obeys(bug)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    // They use no odd names, and go one by one.
    @EnumSource(
            mode = EXCLUDE,
            names = {"IDS_IGNORE_CASE", "LOOKS_THEN_TAKES"})
    void randomCallsFindItAndNameTheSeed(DedupBug bug) {
        assertThatThrownBy(() -> new Trial(bug::in).doesWhatTheReferenceDoes(7))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dnotifykit.seed=7")
                .hasMessageContaining("after step");
    }
}
