package dev.notifykit.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The rate against what it promises, at random times. */
class GcraTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void overAnyTenSecondsTheRateHoldsWithinItsBurst() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            double rate = 10 + random.nextInt(2_000);
            int most = 1 + random.nextInt(3);
            Gcra gcra = new Gcra(rate);
            long start = -random.nextInt();
            long now = start;
            int taken = 0;
            while (now - start < 10 * SECOND) {
                long wait = gcra.waitNanos(now);
                int got = gcra.take(most, now);
                assertThat(got > 0).as("a permit is there, and was said to be").isEqualTo(wait == 0);
                taken += got;
                if (got < most) {
                    now += random.nextBoolean() ? Math.max(1, wait) : 1 + random.nextInt((int) (SECOND / rate));
                }
            }
            assertThat((double) taken).as("seed %d, rate %s", seed, rate).isBetween(rate * 9.9, rate * 10.1 + 2);
        }
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        Gcra gcra = new Gcra(10);
        assertThat(gcra.take(100, 7)).isEqualTo(2);
        gcra.giveBack();

        assertThat(gcra.take(100, 7)).isEqualTo(1);
        assertThat(gcra.waitNanos(7)).isEqualTo(SECOND / 10);
    }

    @Test
    void aSlowRateThatIsRaisedIsNotWaitedFor() {
        Gcra gcra = new Gcra(0.01);
        assertThat(gcra.take(1, 0)).isEqualTo(1);
        gcra.rate(100);

        assertThat(gcra.waitNanos(0)).isEqualTo(SECOND / 100);
    }
}
