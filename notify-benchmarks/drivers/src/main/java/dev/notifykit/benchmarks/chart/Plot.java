package dev.notifykit.benchmarks.chart;

import java.util.Locale;

/** Draws one panel into its place. */
final class Plot {

    /** With what stands below the axis. */
    static final double HEIGHT = 274;

    private static final double PLOT_HEIGHT = 220;
    private static final double LEFT = 62;
    private static final double RIGHT = 14;
    private static final double BAR_SHARE = 0.9;

    private final Svg svg;
    private final Panel panel;
    private final Axis axis;
    private final double labelX;
    private final double left;
    private final double width;
    private final double top;
    private final double bottom;
    private final double step;

    Plot(Svg svg, Panel panel, double x, double y, double slot) {
        this.svg = svg;
        this.panel = panel;
        axis = panel.axis();
        labelX = x + 14;
        left = x + LEFT;
        width = slot - LEFT - RIGHT;
        top = y;
        bottom = y + PLOT_HEIGHT;
        step = width / Math.max(1, panel.places().size());
    }

    void draw() {
        svg.text("text", panel.title(), "x", left, "y", top - 18, "font-size", "13", "font-weight", "600");
        for (double tick : axis.ticks()) {
            double y = y(tick);
            svg.add("line", "x1", left, "y1", y, "x2", left + width, "y2", y, "stroke", Chart.GRID);
            svg.text("text", Axis.text(tick), "x", left - 8, "y", y + 4, "text-anchor", "end");
        }
        for (int i = 0; i < panel.places().size(); i++) {
            svg.text("text", panel.places().get(i), "x", x(i), "y", bottom + 18, "text-anchor", "middle");
        }
        svg.text(
                "text",
                panel.xLabel(),
                "x",
                left + width / 2,
                "y",
                bottom + 37,
                "text-anchor",
                "middle",
                "fill",
                Chart.FAINT_INK);
        svg.text(
                "text",
                panel.yLabel(),
                "transform",
                "translate(" + Svg.number(labelX) + " " + Svg.number((top + bottom) / 2) + ") rotate(-90)",
                "text-anchor",
                "middle",
                "fill",
                Chart.FAINT_INK);
        for (int i = 0; i < panel.lines().size(); i++) {
            Line line = panel.lines().get(i);
            svg.begin("g", "class", "series", "data-label", line.label());
            if (panel.kind() == Panel.Kind.BARS) {
                bars(line, i);
            } else {
                line(line);
            }
            svg.end("g");
        }
        svg.add("line", "x1", left, "y1", bottom, "x2", left + width, "y2", bottom, "stroke", Chart.INK);
    }

    private void bars(Line line, int index) {
        double bar = step * BAR_SHARE / panel.lines().size();
        for (int i = 0; i < panel.places().size(); i++) {
            double value = line.values().get(i);
            if (Double.isFinite(value)) {
                double x = left + (i + (1 - BAR_SHARE) / 2) * step + index * bar;
                double y = y(value);
                svg.begin(
                        "rect",
                        "class",
                        "point",
                        "x",
                        x,
                        "y",
                        y,
                        "width",
                        Math.max(1, bar - 2),
                        "height",
                        bottom - y,
                        "fill",
                        line.style().colour());
                svg.text("title", said(line, i)).end("rect");
                svg.text(
                        "text",
                        Axis.rough(value),
                        "x",
                        x + (bar - 2) / 2,
                        "y",
                        y - 4,
                        "font-size",
                        "10",
                        "text-anchor",
                        "middle");
            }
        }
    }

    private void line(Line line) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < panel.places().size(); i++) {
            if (Double.isFinite(line.values().get(i))) {
                path.append(path.isEmpty() ? "" : " ")
                        .append(Svg.number(x(i)))
                        .append(',')
                        .append(Svg.number(y(line.values().get(i))));
            }
        }
        svg.add("polyline", line.style().line("2.5", "points", path));
        for (int i = 0; i < panel.places().size(); i++) {
            if (Double.isFinite(line.values().get(i))) {
                svg.begin(
                        "circle",
                        "class",
                        "point",
                        "cx",
                        x(i),
                        "cy",
                        y(line.values().get(i)),
                        "r",
                        "4",
                        "fill",
                        line.style().colour());
                svg.text("title", said(line, i)).end("circle");
            }
        }
    }

    private double x(int place) {
        return left + (place + 0.5) * step;
    }

    private double y(double value) {
        return bottom - PLOT_HEIGHT * axis.share(value);
    }

    /** Under the pointer. */
    private String said(Line line, int place) {
        return String.format(
                Locale.ROOT,
                "%s, %s %s: %,.1f",
                line.label(),
                panel.places().get(place),
                panel.xLabel(),
                line.values().get(place));
    }
}
