package dev.notifykit.benchmarks.chart;

import java.util.Locale;

/** Writes an SVG element by element. Not thread-safe. */
final class Svg {

    private final StringBuilder out = new StringBuilder();
    private int depth;

    /** An element that has others in it, until {@link #end}; attributes are names and values in turns. */
    Svg begin(String name, Object... attributes) {
        tag(name, attributes).append(">\n");
        depth++;
        return this;
    }

    Svg end(String name) {
        depth--;
        indent().append("</").append(name).append(">\n");
        return this;
    }

    /** An element with nothing in it. */
    Svg add(String name, Object... attributes) {
        tag(name, attributes).append("/>\n");
        return this;
    }

    /** An element with a text in it. */
    Svg text(String name, String text, Object... attributes) {
        tag(name, attributes)
                .append('>')
                .append(escaped(text))
                .append("</")
                .append(name)
                .append(">\n");
        return this;
    }

    private StringBuilder tag(String name, Object... attributes) {
        indent().append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            String text = value instanceof Double number ? number(number) : value.toString();
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(text))
                    .append('"');
        }
        return out;
    }

    private StringBuilder indent() {
        return out.append("  ".repeat(depth));
    }

    /** The same on every machine, and no longer than the eye sees. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
