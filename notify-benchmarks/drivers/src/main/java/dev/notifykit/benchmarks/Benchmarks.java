package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.Arguments.Part;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** The command; see the package's documentation. */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Measures and reports.
     *
     * @param args what to measure, and options
     * @throws IOException when a measured JVM fails
     */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] args) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\nSee dev.notifykit.benchmarks, package-info.java.");
            System.exit(2);
            return;
        }
        if (!run(arguments, System.out, System.err)) {
            System.err.println("A message was lost or arrived twice; the tables say whose.");
            System.exit(1);
        }
    }

    /** Whether no message was lost and none arrived twice. */
    static boolean run(Arguments arguments, PrintStream out, PrintStream progress) throws IOException {
        Path file = arguments.results();
        Results results = file == null ? new Results() : Results.read(file);
        Report report = new Report(progress, results, file);
        if (!arguments.parts().isEmpty()) {
            Machine machine = Machine.here();
            results.machine(machine.line());
            measure(arguments, report);
            out.print(report.markdown(machine));
            out.flush();
        }
        Path folder = arguments.charts();
        if (folder != null) {
            Charts.write(results, folder).forEach(chart -> progress.println("drawn: " + chart));
        }
        return report.exact();
    }

    private static void measure(Arguments arguments, Report report) throws IOException {
        WireBenchmark wire = new WireBenchmark(arguments, report);
        InProcess inProcess = new InProcess(arguments, report);
        for (Path jdk : arguments.jdks()) {
            if (arguments.measures(Part.APNS)) {
                wire.run("apns", jdk);
            }
            if (arguments.measures(Part.FCM)) {
                wire.run("fcm", jdk);
            }
            if (arguments.measures(Part.ROAD)) {
                inProcess.road(jdk);
            }
            if (arguments.measures(Part.FANOUT)) {
                inProcess.fanOut(jdk);
            }
            if (arguments.measures(Part.MIXED)) {
                new MixedBenchmark(arguments, report).run(jdk);
            }
            if (arguments.measures(Part.DEDUP)) {
                new DedupBenchmark(arguments, report).run(jdk);
            }
            if (arguments.measures(Part.SUBMIT)) {
                new QueueBenchmark(arguments, report).run(jdk);
            }
            if (arguments.measures(Part.REDIS_FANOUT)) {
                new ProgressBenchmark(arguments, report).run(jdk);
            }
        }
        if (arguments.measures(Part.REDIS_MEMORY)) {
            RedisEntries.measure(arguments, report);
        }
    }
}
