package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testing.ManualTime;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A contract is worth what it finds: each store here breaks one rule, and the test of that rule fails. */
class TopicStoreContractFindsBugsTest {

    @ParameterizedTest
    @EnumSource
    void itsRuleFindsIt(TopicStoreBug bug) {
        assertThat(ContractRun.failures(
                        () -> new Subject(bug::in), rule -> rule.getName().equals(bug.rule)))
                .containsKey(bug.rule);
    }

    @Test
    void aSoundStoreFailsNoRule() {
        assertThat(ContractRun.failures(() -> new Subject(UnaryOperator.identity())))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = TopicStoreBug.class,
            names = {
                "A_PAGE_BEGINS_WITH_ITS_CURSOR",
                "A_DEVICE_IS_TAKEN_FOR_ITS_USER",
                "AN_ERASED_USER_KEEPS_A_DEVICE",
                "AN_ENDED_TOPIC_KEEPS_ITS_MEMBERS",
                "A_DELETED_TOPIC_KEEPS_ITS_MEMBERS",
                "CREATING_REPLACES_WHAT_IS_THERE",
                "AN_END_CANNOT_BE_TAKEN_BACK"
            })
    void theRandomStepsFindItTooAndNameTheSeed(TopicStoreBug bug) {
        assertThat(ContractRun.failures(
                        () -> new Subject(bug::in), rule -> rule.getName().equals("randomStepsEndAsInTheReference")))
                .hasSize(1)
                .values()
                .first()
                .asString()
                .contains("-Dnotifykit.seed=");
    }

    /** Not a test class of its own, as the name tells the build. Public, as a contract's methods are called from outside. */
    public static final class Subject extends TopicStoreContract {

        private final ManualTime time = ManualTime.create();
        private final UnaryOperator<TopicStore> broken;

        Subject(UnaryOperator<TopicStore> broken) {
            this.broken = broken;
        }

        @Override
        protected TopicStore createStore(int topicsPerUser) {
            return broken.apply(InMemoryTopicStore.builder(time)
                    .topicsPerUser(topicsPerUser)
                    .build());
        }

        @Override
        protected Instant now() {
            return time.now();
        }

        @Override
        protected void passTime(Duration by) {
            time.advance(by);
        }

        @Override
        protected int modelSteps() {
            return 200;
        }
    }
}
