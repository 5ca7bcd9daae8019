package dev.notifykit.benchmarks.chart;

import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;

/**
 * One pair of axes: some places along the first, and a value of each series at each of them. Immutable.
 *
 * @param title above it
 * @param xLabel what the places are, with their unit
 * @param yLabel what the values are, with their unit
 * @param places in their order, at equal distances
 * @param lines the series
 * @param kind how the values are shown
 */
public record Panel(String title, String xLabel, String yLabel, List<String> places, List<Line> lines, Kind kind) {

    /** How values are shown. */
    public enum Kind {

        /** A bar from 0 for each value, those of a place side by side: a comparison. */
        BARS,

        /** A line through all places, over 0: a growth. */
        LINES,

        /** A line through all places on a logarithmic scale, where series are many times each other. */
        LOG_LINES
    }

    /** Copies the lists; each series has a value for each place. */
    public Panel {
        places = List.copyOf(places);
        lines = List.copyOf(lines);
        for (Line line : lines) {
            if (line.values().size() != places.size()) {
                throw new IllegalArgumentException(
                        line.label() + " has " + line.values().size() + " values for " + places.size() + " places");
            }
        }
    }

    Axis axis() {
        double greatest = values(Double::isFinite).max().orElse(0);
        return kind == Kind.LOG_LINES
                ? Axis.logarithmic(values(value -> value > 0).min().orElse(1), greatest)
                : Axis.linear(greatest);
    }

    private DoubleStream values(DoublePredicate which) {
        return lines.stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Double::doubleValue)
                .filter(which);
    }
}
