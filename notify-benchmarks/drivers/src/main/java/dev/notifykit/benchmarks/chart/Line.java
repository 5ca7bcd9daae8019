package dev.notifykit.benchmarks.chart;

import java.util.Arrays;
import java.util.List;

/**
 * One series of a panel. Immutable.
 *
 * @param label its name in the legend, the same in all panels of a chart
 * @param style how it is told from others
 * @param values one for each of the panel's places; {@link Double#NaN} where there is none
 */
public record Line(String label, Style style, List<Double> values) {

    /** Copies the values. */
    public Line {
        values = List.copyOf(values);
    }

    /**
     * A series.
     *
     * @param label its name in the legend
     * @param style how it is told from others
     * @param values one for each of the panel's places
     * @return the series
     */
    public static Line of(String label, Style style, double... values) {
        return new Line(label, style, Arrays.stream(values).boxed().toList());
    }
}
