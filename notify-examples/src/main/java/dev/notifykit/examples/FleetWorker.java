package dev.notifykit.examples;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One worker of a fleet, in a JVM of its own: works until its standard input ends, then hands back what it has not begun. Arguments: the file
 * of the {@link FleetPlan}, its name, the file for its results.
 */
final class FleetWorker {

    /** What it says when it works. */
    static final String READY = "ready";

    private static final Duration GRACE = Duration.ofSeconds(5);

    private FleetWorker() {}

    public static void main(String[] args) throws Exception {
        FleetPlan plan = FleetPlan.load(Path.of(args[0]));
        try (ResultFile results = new ResultFile(Path.of(args[2]));
                FleetMember member = FleetMember.worker(plan, args[1], results)) {
            member.start();
            System.out.println(READY);
            System.in.transferTo(PrintStream.nullOutputStream());
            member.close(GRACE);
        }
    }
}
