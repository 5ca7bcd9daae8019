package dev.notifykit.benchmarks.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A colour, and for lines a dash too, so that nobody has to tell colours apart.
 *
 * @param colour in hexadecimal
 * @param dash as SVG has it; empty for none
 */
public record Style(String colour, String dash) {

    /**
     * A solid line.
     *
     * @param colour in hexadecimal
     * @return the style
     */
    public static Style solid(String colour) {
        return new Style(colour, "");
    }

    /**
     * A dashed line.
     *
     * @param colour in hexadecimal
     * @return the style
     */
    public static Style dashed(String colour) {
        return new Style(colour, "6 4");
    }

    /** The attributes of a line, after others of it. */
    Object[] line(String width, Object... others) {
        List<Object> all = new ArrayList<>(Arrays.asList(others));
        all.addAll(List.of("fill", "none", "stroke", colour, "stroke-width", width));
        if (!dash.isEmpty()) {
            all.addAll(List.of("stroke-dasharray", dash));
        }
        return all.toArray();
    }
}
