package dev.notifykit.benchmarks.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Panels side by side under a title, with one legend and a note below. It has a background of its own, so that it can be read on a light page and on a dark
 * one, and asks for no font that a browser has to fetch. Immutable.
 *
 * @param title above all
 * @param note below all: what was measured, and where
 * @param panels at least one
 */
public record Chart(String title, String note, List<Panel> panels) {

    static final String INK = "#1f2328";
    static final String FAINT_INK = "#57606a";
    static final String GRID = "#d8dee4";
    private static final String PAPER = "#ffffff";

    private static final double PANEL_WIDTH = 330;
    private static final double TOP = 72;
    private static final double LEGEND_ROW = 20;
    private static final double LEGEND_COLUMN = 240;
    private static final double NOTE = 28;
    private static final double EDGE = 16;
    private static final double LEAST_WIDTH = 760;

    /** Copies the list. */
    public Chart {
        panels = List.copyOf(panels);
    }

    /**
     * Draws it.
     *
     * @return a whole SVG document
     */
    public String svg() {
        Map<String, Style> legend = new LinkedHashMap<>();
        panels.forEach(panel -> panel.lines().forEach(line -> legend.putIfAbsent(line.label(), line.style())));
        double width = Math.max(LEAST_WIDTH, panels.size() * PANEL_WIDTH + 2 * EDGE);
        int columns = (int) ((width - 2 * EDGE) / LEGEND_COLUMN);
        int rows = (legend.size() + columns - 1) / columns;
        double legendTop = TOP + Plot.HEIGHT;
        double height = legendTop + rows * LEGEND_ROW + NOTE;
        Svg svg = new Svg();
        svg.begin(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + Svg.number(width) + " " + Svg.number(height),
                "width",
                width,
                "height",
                height,
                "role",
                "img",
                "font-family",
                "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
                "font-size",
                "12",
                "fill",
                INK);
        svg.text("title", title);
        svg.add("rect", "width", width, "height", height, "rx", "8", "fill", PAPER, "stroke", GRID);
        svg.text("text", title, "x", EDGE, "y", 28.0, "font-size", "17", "font-weight", "600");
        double slot = (width - 2 * EDGE) / panels.size();
        for (int i = 0; i < panels.size(); i++) {
            new Plot(svg, panels.get(i), EDGE + i * slot, TOP, slot).draw();
        }
        boolean hasLines = panels.stream().anyMatch(panel -> panel.kind() != Panel.Kind.BARS);
        int n = 0;
        for (Map.Entry<String, Style> entry : legend.entrySet()) {
            double x = EDGE + 8 + n % columns * LEGEND_COLUMN;
            int row = n / columns;
            double y = legendTop + row * LEGEND_ROW + 6;
            Style style = entry.getValue();
            Style shown = hasLines ? style : Style.solid(style.colour());
            svg.add("line", shown.line("4", "x1", x, "y1", y, "x2", x + 26, "y2", y));
            svg.text("text", entry.getKey(), "x", x + 34, "y", y + 4);
            n++;
        }
        svg.text("text", note, "x", EDGE + 8, "y", height - 10, "font-size", "11", "fill", FAINT_INK);
        return svg.end("svg").toString();
    }
}
