package dev.notifykit.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void theBoundDoublesUpToTheCap() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

        assertThat(bounds(backoff, 1, 2, 3, 4, 5, 6)).containsExactly(1, 2, 4, 8, 10, 10);
    }

    @Test
    void neverOverflows() {
        Backoff widest = new Backoff(Duration.ofNanos(3), Duration.ofNanos(Long.MAX_VALUE));
        for (int attempt : new int[] {61, 62, 63, 64, 65, 1_000, Integer.MAX_VALUE}) {
            assertThat(widest.bound(attempt)).as("attempt %d", attempt).isPositive();
        }
        assertThat(widest.bound(1_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(widest.delay(1_000, 0.999_999_999)).isPositive();
    }

    @Test
    void theBoundIsTheFormulaWhateverTheNumbers() {
        long seed = 77;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long first = 1 + (random.nextLong() >>> 1 + random.nextInt(62));
            long cap = Math.max(first, random.nextLong() >>> 1 + random.nextInt(62));
            int attempt = 1 + random.nextInt(random.nextBoolean() ? 12 : 1_000);
            BigInteger expected =
                    BigInteger.valueOf(first).shiftLeft(attempt - 1).min(BigInteger.valueOf(cap));
            Backoff backoff = new Backoff(Duration.ofNanos(first), Duration.ofNanos(cap));

            assertThat(BigInteger.valueOf(backoff.bound(attempt)))
                    .as("seed %d: first %d, cap %d, attempt %d", seed, first, cap, attempt)
                    .isEqualTo(expected);

            Duration delay = backoff.delay(attempt, random.nextDouble());
            assertThat(delay).isBetween(Duration.ZERO, Duration.ofNanos(expected.longValueExact()));
        }
    }

    @Test
    void theJitterIsFullAtTheCapToo() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));
        Random random = new Random(5);
        int[] eighths = new int[8];
        for (int i = 0; i < 8_000; i++) {
            eighths[(int) backoff.delay(20, random.nextDouble()).toSeconds()]++;
        }
        assertThat(IntStream.of(eighths)).as("8000 waits, by second").allMatch(count -> count > 850 && count < 1_150);
    }

    private static long[] bounds(Backoff backoff, int... attempts) {
        long[] seconds = new long[attempts.length];
        for (int i = 0; i < attempts.length; i++) {
            seconds[i] = Duration.ofNanos(backoff.bound(attempts[i])).toSeconds();
        }
        return seconds;
    }
}
