package dev.notifykit.benchmarks.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

    @Test
    void aLinearAxisBeginsAtZeroAndEndsAtARoundNumberAboveAll() {
        assertThat(Axis.linear(47_000).ticks()).containsExactly(0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0, 50_000.0);
        assertThat(Axis.linear(12).ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0);
        assertThat(Axis.linear(0).ticks()).startsWith(0.0).hasSizeGreaterThan(1);
        assertThat(Axis.linear(100).share(50)).isEqualTo(0.5);
    }

    @Test
    void aLogarithmicAxisHoldsAllValuesBetweenRoundNumbers() {
        assertThat(Axis.logarithmic(12, 340).ticks()).containsExactly(10.0, 20.0, 50.0, 100.0, 200.0, 500.0);
        assertThat(Axis.logarithmic(20, 20).ticks()).containsExactly(20.0, 50.0);
        assertThat(Axis.logarithmic(10, 1_000).share(100)).isEqualTo(0.5);
        for (double least : List.of(0.3, 1.0, 7.0, 950.0)) {
            Axis axis = Axis.logarithmic(least, 40 * least);
            assertThat(axis.share(least)).isBetween(0.0, 0.5);
            assertThat(axis.share(40 * least)).isBetween(0.5, 1.0);
        }
    }

    @Test
    void numbersAreShort() {
        assertThat(List.of(Axis.text(0), Axis.text(0.5), Axis.text(21.53), Axis.text(250), Axis.text(9_500)))
                .containsExactly("0", "0.5", "21.5", "250", "9,500");
        assertThat(List.of(Axis.text(42_700), Axis.text(600_000), Axis.text(1_500_000), Axis.text(2_000_000)))
                .containsExactly("42.7k", "600k", "1.5M", "2M");
    }

    @Test
    void aBarHasRoomForTwoDigits() {
        assertThat(Axis.rough(45_349)).isEqualTo("45k");
        assertThat(Axis.rough(7_030)).isEqualTo("7k");
        assertThat(Axis.rough(3_882)).isEqualTo("3.9k");
        assertThat(Axis.rough(936)).isEqualTo("940");
        assertThat(Axis.rough(14.1)).isEqualTo("14");
        assertThat(Axis.rough(0)).isEqualTo("0");
    }
}
