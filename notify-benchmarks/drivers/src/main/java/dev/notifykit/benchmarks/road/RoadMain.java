package dev.notifykit.benchmarks.road;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link RoadBenchmark} and prints a line {@code name time cpu bytes} for each benchmark, in µs and bytes per message. */
public final class RoadMain {

    private RoadMain() {}

    /**
     * Runs it; JMH's own output goes to standard error.
     *
     * @param args iterations, and their milliseconds
     * @throws RunnerException when JMH fails
     */
    public static void main(String[] args) throws RunnerException {
        PrintStream out = System.out;
        System.setOut(System.err);
        int iterations = Integer.parseInt(args[0]);
        TimeValue time = TimeValue.milliseconds(Long.parseLong(args[1]));
        Options options = new OptionsBuilder()
                .include(RoadBenchmark.class.getName())
                .forks(1)
                .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch")
                .warmupIterations(iterations)
                .warmupTime(time)
                .measurementIterations(iterations)
                .measurementTime(time)
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            out.println(String.join(
                    " ",
                    List.of(
                            result.getParams().getBenchmark().replaceAll(".*\\.", ""),
                            number(result.getPrimaryResult().getScore()),
                            number(secondary(result, CpuProfiler.NAME)),
                            number(secondary(result, "gc.alloc.rate.norm")))));
        }
    }

    @SuppressWarnings("rawtypes") // JMH's
    private static double secondary(RunResult result, String name) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("JMH gave no " + name))
                .getValue()
                .getScore();
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.3f", score);
    }
}
