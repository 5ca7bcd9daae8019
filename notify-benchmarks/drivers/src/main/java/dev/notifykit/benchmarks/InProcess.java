package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.fanout.FanOutHeap;
import dev.notifykit.benchmarks.road.RoadMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What needs no wire: the road over a provider that answers at once, and what a fan-out leaves in the heap. */
final class InProcess {

    private static final int ITERATIONS = 7;
    private static final int ITERATION_MILLIS = 1_500;
    private static final int QUICK_ITERATION_MILLIS = 100;

    /** Small, so that whatever a fan-out kept of millions of rows would show. */
    private static final List<String> FAN_OUT_OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseG1GC");

    private final Arguments arguments;
    private final Report report;

    InProcess(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void road(Path jdk) throws IOException {
        List<String> lines = OnceProcess.run(
                jdk,
                List.of(),
                RoadMain.class,
                Integer.toString(arguments.quick() ? 1 : ITERATIONS),
                Integer.toString(arguments.quick() ? QUICK_ITERATION_MILLIS : ITERATION_MILLIS));
        Map<String, double[]> figures = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            figures.put(parts[0], new double[] {
                Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), Double.parseDouble(parts[3])
            });
        }
        double[] road = figures.get("road");
        double[] byHand = figures.get("byHand");
        if (road == null || byHand == null) {
            throw new IOException("JMH said only: " + lines);
        }
        StringBuilder out = new StringBuilder();
        out.append("#### The road alone, Java ").append(version(jdk)).append("\n\n");
        out.append("| | messages/s | CPU µs per message | bytes per message |\n|---|--:|--:|--:|\n");
        out.append(line("provider by hand", byHand)).append(line("our road", road));
        out.append(String.format(
                Locale.ROOT, "| ours − by hand | | %+.2f | %+,.0f |%n%n", road[1] - byHand[1], road[2] - byHand[2]));
        report.table(out.toString());
    }

    private static String line(String label, double[] figures) {
        return String.format(
                Locale.ROOT, "| %s | %,.0f | %.2f | %,.0f |%n", label, 1e6 / figures[0], figures[1], figures[2]);
    }

    void fanOut(Path jdk) throws IOException {
        StringBuilder out = new StringBuilder();
        out.append("#### Fan-outs in memory to providers that answer at once, half to each, -Xmx256m, Java ")
                .append(version(jdk))
                .append("\n\n");
        out.append("| rows | rows/s | CPU µs per row | bytes per row | heap before | halfway | after |\n");
        out.append("|--:|--:|--:|--:|--:|--:|--:|\n");
        List<FanOutHeap.Result> results = new ArrayList<>();
        for (int rows : arguments.recipients()) {
            String line = OnceProcess.run(
                            jdk, FAN_OUT_OPTIONS, FanOutHeap.class, Integer.toString(arguments.scaled(rows)))
                    .get(0);
            FanOutHeap.Result result = FanOutHeap.Result.parse(line);
            if (result.reading().accepted() != result.reading().messages()) {
                throw new IOException("not every row was accepted: " + line);
            }
            results.add(result);
            out.append(String.format(
                    Locale.ROOT,
                    "| %,d | %,.0f | %.1f | %,.0f | %,d KB | %,d KB | %,d KB |%n",
                    result.reading().messages(),
                    result.reading().perSecond(),
                    result.reading().cpuMicros(),
                    result.reading().bytesEach(),
                    result.heapBefore() / 1024,
                    result.heapHalfway() / 1024,
                    result.heapAfter() / 1024));
        }
        out.append(String.format(
                Locale.ROOT,
                "| many ÷ few | | | | | | %.3f |%n%n",
                (double) results.get(results.size() - 1).heapAfter()
                        / results.get(0).heapAfter()));
        report.table(out.toString());
    }

    /** From the file that every JDK has. */
    private static String version(Path jdk) throws IOException {
        for (String line : java.nio.file.Files.readAllLines(jdk.resolve("release"))) {
            if (line.startsWith("JAVA_VERSION=")) {
                return line.replaceAll("JAVA_VERSION=|\"", "");
            }
        }
        return jdk.toString();
    }
}
