package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.InMemoryCapStore;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A contract is worth what it finds: each store here breaks one rule, and the test of that rule fails; so do the random calls. */
class CapStoreContractFindsBugsTest {

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends CapStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<CapStore> change;

        Trial(UnaryOperator<CapStore> change) {
            this.change = change;
        }

        @Override
        protected CapStore createStore() {
            return change.apply(new InMemoryCapStore(time));
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        void obeys(CapBug bug) {
            makeTheStore();
            bug.rule.accept(this);
        }

        void doesWhatTheReferenceDoes(long seed) {
            new CapModel(create(), this::passTime, window(), patience(), seed).run(modelSteps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsRuleFindsIt(CapBug bug) {
        new Trial(CapBug.Forwarding::new).obeys(bug);

        assertThatThrownBy(() -> new Trial(bug::in).obeys(bug)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    // They use no odd names, draw their marks at random, and go one by one.
    @EnumSource(
            mode = EXCLUDE,
            names = {"ADDRESSES_IGNORE_CASE", "APPS_ARE_ONE", "REFUND_BY_MARK_ALONE", "LOOKS_THEN_TAKES"})
    void randomCallsFindItAndNameTheSeed(CapBug bug) {
        assertThatThrownBy(() -> new Trial(bug::in).doesWhatTheReferenceDoes(7))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dnotifykit.seed=7")
                .hasMessageContaining("after step");
    }
}
