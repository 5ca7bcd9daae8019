package dev.notifykit.testkit.internal.control;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one line a simulator process prints when it is ready: a word, then {@code name=value} pairs, all parted by tabs. */
public final class ReadyLine {
    private static final String WORD = "simulators-ready";

    private ReadyLine() {}

    /** Writes the line, without a line end. */
    public static String write(Map<String, String> values) {
        StringBuilder line = new StringBuilder(WORD);
        values.forEach(
                (name, value) -> line.append('\t').append(name).append('=').append(value));
        return line.toString();
    }

    /** Reads the line; null when it is another one. */
    public static @Nullable Map<String, String> read(String line) {
        String[] parts = line.split("\t", -1);
        if (!WORD.equals(parts[0])) {
            return null;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            values.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return values;
    }
}
