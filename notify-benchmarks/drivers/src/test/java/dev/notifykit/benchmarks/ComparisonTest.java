package dev.notifykit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.benchmarks.harness.Reading;
import org.junit.jupiter.api.Test;

/** The arithmetic of the report. */
class ComparisonTest {

    @Test
    void ratiosAndDifferencesAreTakenRoundByRound() {
        Comparison comparison = new Comparison("title");
        // The second round's machine is half as fast for both.
        comparison.add(Client.RAW_PUSHY, sample(1_000, 1_000_000_000L, 10_000_000L, 1_000_000));
        comparison.add(Client.APNS_ROAD, sample(1_000, 1_000_000_000L, 14_000_000L, 2_000_000));
        comparison.add(Client.APNS_ROAD, sample(1_000, 2_000_000_000L, 28_000_000L, 2_000_000));
        comparison.add(Client.RAW_PUSHY, sample(1_000, 2_000_000_000L, 20_000_000L, 1_000_000));

        assertThat(comparison.markdown())
                .contains("| raw pushy | 750 (500 to 1,000) | 15.0 (10.0 to 20.0) | 1,000 (1,000 to 1,000) |"
                        + " 2,000 sent, each accepted once |")
                .contains("| ours ÷ raw pushy | 1.00 (1.00 to 1.00) | 1.40 (1.40 to 1.40) | 2.00 (2.00 to 2.00) |")
                .contains("| ours − raw pushy | | +6.0 (+4.0 to +8.0) | +1,000 (+1,000 to +1,000) |");
        assertThat(comparison.exact()).isTrue();
    }

    @Test
    void whatTheServerMissesOrHasTwiceIsSaid() {
        Comparison comparison = new Comparison("title");
        comparison.add(
                Client.RAW_OKHTTP,
                new Sample(new Reading(100, 1, 1, 1, 97, 3, 0, 0), 101, 98, null)); // two lost, three doubled

        assertThat(comparison.exact()).isFalse();
        assertThat(comparison.markdown()).contains("**2 missing, 3 twice, 3 called failed**");
    }

    private static Sample sample(long messages, long nanos, long cpuNanos, long bytes) {
        return new Sample(new Reading(messages, nanos, cpuNanos, bytes, messages, 0, 0, 0), messages, messages, null);
    }
}
