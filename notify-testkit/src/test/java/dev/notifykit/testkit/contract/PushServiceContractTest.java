package dev.notifykit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushService;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract finds what is broken in a service, and nothing in one that is good. */
class PushServiceContractTest {

    private static final int STEPS = 500;

    /** Not found by JUnit on its own: it has no default constructor. */
    private static final class Trial extends PushServiceContract {

        private final BiFunction<InProcessPeer, Duration, PushService> service;
        private final Duration patience;
        private final Duration timeout;

        Trial(BiFunction<InProcessPeer, Duration, PushService> service, Duration patience, Duration timeout) {
            this.service = service;
            this.patience = patience;
            this.timeout = timeout;
        }

        @Override
        protected PushPeer startPeer() {
            return new InProcessPeer(service, EnumSet.noneOf(PushPeer.Behaviour.class));
        }

        @Override
        protected Duration patience() {
            return patience;
        }

        @Override
        protected Duration shortTimeout() {
            return timeout;
        }

        @Override
        protected int modelSteps() {
            return STEPS;
        }
    }

    @Test
    void findsNothingInAServiceThatIsGood() {
        assertThat(ContractRun.failures(
                        () -> new Trial(TimedPushService::new, Duration.ofMinutes(1), Duration.ofMillis(100))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void findsTheBug(PushServiceBug bug) {
        Map<String, Throwable> failures =
                ContractRun.failures(() -> new Trial(bug::of, Duration.ofSeconds(1), Duration.ofMillis(20)));

        assertThat(failures).containsKey(bug.foundBy);
        if (bug.foundByModel) {
            assertThat(failures.get("neverClaimsMoreThanItKnows"))
                    .as("how to run it again, and what came last")
                    .hasMessageContaining("-Dnotifykit.seed=")
                    .hasMessageContaining("after step");
        }
    }
}
