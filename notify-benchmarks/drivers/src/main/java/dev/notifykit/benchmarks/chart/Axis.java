package dev.notifykit.benchmarks.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The second axis: where values are, and round numbers beside it. Immutable.
 *
 * @param ticks the numbers, ascending; the first is at the bottom, the last at the top
 * @param isLogarithmic whether equal ratios are equal distances
 */
record Axis(List<Double> ticks, boolean isLogarithmic) {

    private static final int MOST = 6;
    private static final double[] STEPS = {1, 2, 2.5, 5, 10};
    private static final int[] OF_A_DECADE = {1, 2, 5};
    private static final int MILLION = 1_000_000;
    private static final int THOUSAND = 1_000;

    Axis {
        ticks = List.copyOf(ticks);
    }

    /** From 0 to the first round number that is not below the greatest value. */
    static Axis linear(double greatest) {
        double top = greatest <= 0 ? 1 : greatest;
        double step = step(top);
        List<Double> ticks = new ArrayList<>(List.of(0.0));
        while (ticks.get(ticks.size() - 1) < top) {
            ticks.add(ticks.size() * step);
        }
        return new Axis(ticks, false);
    }

    private static double step(double greatest) {
        double decade = Math.pow(10, Math.floor(Math.log10(greatest / MOST)));
        for (double step : STEPS) {
            if (greatest / (step * decade) <= MOST) {
                return step * decade;
            }
        }
        return STEPS[STEPS.length - 1] * decade;
    }

    /** From the last of 1, 2, 5, 10 … that is not above the least value to the first that is not below the greatest. */
    static Axis logarithmic(double least, double greatest) {
        List<Double> ticks = new ArrayList<>();
        double decade = Math.pow(10, Math.floor(Math.log10(least)));
        while (ticks.size() < 2 || ticks.get(ticks.size() - 1) < greatest) {
            for (int step : OF_A_DECADE) {
                double tick = step * decade;
                if (tick <= least) {
                    ticks.clear();
                }
                if (ticks.size() < 2 || ticks.get(ticks.size() - 1) < greatest) {
                    ticks.add(tick);
                }
            }
            decade *= 10;
        }
        return new Axis(ticks, true);
    }

    /** From 0 at the bottom to 1 at the top. */
    double share(double value) {
        double bottom = ticks.get(0);
        double top = ticks.get(ticks.size() - 1);
        return isLogarithmic ? Math.log(value / bottom) / Math.log(top / bottom) : value / top;
    }

    /** Short: 1.5M, 250k, 40, 0.5. */
    static String text(double value) {
        if (value >= MILLION) {
            return trimmed(value / MILLION) + "M";
        }
        return value >= 10 * THOUSAND ? trimmed(value / THOUSAND) + "k" : trimmed(value);
    }

    /** Shorter still, for a place as narrow as a bar: two digits that count, as in 45k and 3.9k. */
    static String rough(double value) {
        if (value <= 0) {
            return "0";
        }
        double unit = Math.pow(10, Math.floor(Math.log10(value)) - 1);
        double rounded = Math.rint(value / unit) * unit;
        return rounded >= THOUSAND && rounded < MILLION ? trimmed(rounded / THOUSAND) + "k" : text(rounded);
    }

    private static String trimmed(double value) {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
