package dev.notifykit.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** One figure, measured several times. */
final class Series {

    private final double[] values;
    private final double[] sorted;

    Series(double... values) {
        this.values = values.clone();
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Round by round, since a shared machine changes its mind between rounds. */
    Series dividedBy(Series other) {
        return new Series(IntStream.range(0, values.length)
                .mapToDouble(i -> values[i] / other.values[i])
                .toArray());
    }

    Series minus(Series other) {
        return new Series(IntStream.range(0, values.length)
                .mapToDouble(i -> values[i] - other.values[i])
                .toArray());
    }

    /** The median, and the smallest and the largest. */
    String text(int decimals, boolean signed) {
        return number(median(), decimals, signed) + " (" + number(sorted[0], decimals, signed) + " to "
                + number(sorted[sorted.length - 1], decimals, signed) + ")";
    }

    private static String number(double value, int decimals, boolean signed) {
        return String.format(Locale.ROOT, (signed ? "%+,." : "%,.") + decimals + "f", value);
    }
}
