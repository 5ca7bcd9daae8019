package dev.notifykit.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** GCRA and the retry budget against what they promise, at random times. */
class RateAndBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void overAnyTenSecondsTheRateHoldsWithinItsBurst() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            double rate = 10 + random.nextInt(2_000);
            Gcra gcra = new Gcra(rate);
            long start = -random.nextInt();
            long now = start;
            int taken = 0;
            while (now - start < 10 * SECOND) {
                long wait = gcra.waitNanos(now);
                if (wait == 0) {
                    gcra.take(now);
                    taken++;
                } else {
                    now += random.nextBoolean() ? wait : 1 + random.nextInt((int) (SECOND / rate));
                }
            }
            assertThat((double) taken).as("seed %d, rate %s", seed, rate).isBetween(rate * 9.9, rate * 10.1 + 2);
        }
    }

    @Test
    void withoutALimitNobodyWaits() {
        Gcra gcra = new Gcra(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(gcra.waitNanos(5)).isZero();
            gcra.take(5);
        }
    }

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
