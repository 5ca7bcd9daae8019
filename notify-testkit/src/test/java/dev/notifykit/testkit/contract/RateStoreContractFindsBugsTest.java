package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import dev.notifykit.limit.InMemoryRateStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A contract is worth what it finds: each store here breaks one rule, and the test of that rule fails; so do the random calls. */
class RateStoreContractFindsBugsTest {

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends RateStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<RateStore> change;

        Trial(UnaryOperator<RateStore> change) {
            this.change = change;
        }

        @Override
        protected RateStore createStore() {
            return change.apply(new InMemoryRateStore(time));
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        void obeys(RateBug bug) {
            makeTheStore();
            bug.rule.accept(this);
        }

        void doesWhatTheReferenceDoes(long seed) {
            new RateModel(create(), this::passTime, patience(), seed).run(modelSteps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsRuleFindsIt(RateBug bug) {
        new Trial(RateBug.Forwarding::new).obeys(bug);

        assertThatThrownBy(() -> new Trial(bug::in).obeys(bug)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    // They use no odd names, and go one by one.
    @EnumSource(
            mode = EXCLUDE,
            names = {"NAMES_IGNORE_CASE", "LOOKS_THEN_TAKES"})
    void randomCallsFindItAndNameTheSeed(RateBug bug) {
        assertThatThrownBy(() -> new Trial(bug::in).doesWhatTheReferenceDoes(7))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dnotifykit.seed=7")
                .hasMessageContaining("after step");
    }
}
