package dev.notifykit.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void retriesAreAShareOfFirstAttemptsAndAtLeastASmallRate() {
        RetryBudget budget = new RetryBudget(0.1, 10, 0);
        for (int i = 0; i < 5_000; i++) {
            budget.firstAttempt();
        }
        assertThat(drawAll(budget, 0)).isBetween(509, 511);
        assertThat(drawAll(budget, SECOND)).isEqualTo(10);
        assertThat(drawAll(budget, 100 * SECOND)).isEqualTo(10);
        assertThat(drawAll(budget, 100 * SECOND + SECOND / 2)).isEqualTo(5);
    }

    private static int drawAll(RetryBudget budget, long now) {
        int drawn = 0;
        while (budget.draw(now)) {
            drawn++;
        }
        return drawn;
    }
}
