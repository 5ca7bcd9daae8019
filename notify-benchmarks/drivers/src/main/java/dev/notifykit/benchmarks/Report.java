package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came out, as Markdown; progress goes beside it. Not thread-safe. */
final class Report {

    private final PrintStream progress;
    private final Results results;
    private final @Nullable Path file;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<PacedComparison> paced = new ArrayList<>();
    private final Set<String> checks = new LinkedHashSet<>();
    private final Set<String> libraries = new LinkedHashSet<>();
    private final StringBuilder tables = new StringBuilder();
    private final StringBuilder profiles = new StringBuilder();

    /** Results go into the file whenever there are new ones; null for no file. */
    Report(PrintStream progress, Results results, @Nullable Path file) {
        this.progress = progress;
        this.results = results;
        this.file = file;
    }

    void progress(String jdk, String where, Client client, Reading reading, String what) {
        progress.printf(
                Locale.ROOT,
                "Java %s, %s, %s, %s: %,.0f/s, %.1f µs, %,.0f bytes%n",
                jdk,
                where,
                client.label(),
                what,
                reading.perSecond(),
                reading.cpuMicros(),
                reading.bytesEach());
    }

    void progress(String line) {
        progress.println(line);
    }

    void check(String line) {
        checks.add(line);
    }

    void library(String line) {
        libraries.add(line);
        results.library(line);
    }

    void add(Comparison comparison) throws IOException {
        comparisons.add(comparison);
        table(comparison.markdown());
        comparison.figures().forEach(results::add);
        if (file != null) {
            results.write(file);
        }
    }

    void add(PacedComparison comparison) {
        paced.add(comparison);
        table(comparison.markdown());
    }

    /** Shown at once too: a run that is broken off has still said something. */
    void table(String markdown) {
        tables.append(markdown);
        progress.println(markdown);
    }

    void profile(Client client, String text) {
        profiles.append("#### Profile of ")
                .append(client.label())
                .append("\n\n```\n")
                .append(text)
                .append("```\n\n");
    }

    boolean exact() {
        return comparisons.stream().allMatch(Comparison::exact)
                && paced.stream().allMatch(PacedComparison::exact);
    }

    String markdown(Machine machine) {
        StringBuilder out = new StringBuilder();
        out.append("Machine: ").append(machine.line()).append(".\n");
        libraries.forEach(library -> out.append("Measured: ").append(library).append(".\n"));
        checks.forEach(check -> out.append("Checked: ").append(check).append(".\n"));
        return out.append('\n').append(tables).append(profiles).toString();
    }
}
