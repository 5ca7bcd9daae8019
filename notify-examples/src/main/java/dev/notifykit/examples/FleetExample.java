package dev.notifykit.examples;

import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * Sends one notification to every installation in a file, from several JVMs that share one Redis. They are killed and stopped while they
 * work; at the end it is proven where each notification went. Run it with {@code --help}; start reading at {@link #send}, and at
 * {@code FleetMember} for what a host would write.
 */
public final class FleetExample {

    private final FleetArguments arguments;
    private final PrintStream out;
    private final boolean watched;

    private FleetExample(FleetArguments arguments, PrintStream out, boolean watched) {
        this.arguments = arguments;
        this.out = out;
        this.watched = watched;
    }

    /** Runs it, and ends the JVM unless all is well. */
    public static void main(String[] args) {
        Program.end(run(System.out, System.err, Terminal.isWatched(), args));
    }

    /**
     * Runs it.
     *
     * @param watched whether {@code out} is a terminal
     * @return the exit code
     */
    static int run(PrintStream out, PrintStream err, boolean watched, String... args) {
        return Program.run(err, () -> {
            FleetArguments arguments = FleetArguments.parse(args);
            if (arguments.help()) {
                out.print(FleetArguments.USAGE);
                return Program.ACCOUNTED_FOR;
            }
            return new FleetExample(arguments, out, watched).send();
        });
    }

    private int send() throws Exception {
        Path folder = Files.createTempDirectory("notifykit-fleet");
        Path file = folder.resolve("installations.csv");
        Installations.write(file, arguments.recipients(), arguments.seed());
        FleetBooks books = FleetBooks.open(file);
        try (Fleet fleet = Fleet.start(arguments, folder)) {
            describe(fleet);
            fleet.startWorkers(IntStream.rangeClosed(1, arguments.workers())
                    .mapToObj(i -> "worker-" + i)
                    .toList());
            try (FleetMember console = FleetMember.console(fleet.plan())) {
                long start = System.nanoTime();
                FanOut fanOut = console.launch(file);
                Misfortunes misfortunes = follow(fanOut, fleet, console);
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                fleet.closeWorkers();
                FanOutProgress progress = fanOut.progress();
                say("");
                say(
                        "%,d kills, %,d stops beyond the lease of %s; %,d recipients in %s",
                        misfortunes.kills(),
                        misfortunes.stops(),
                        Format.seconds(Fleet.LEASE),
                        progress.recipients(),
                        Format.seconds(took));
                return account(books, fleet, progress);
            }
        }
    }

    /** Shows how far it is, and lets the workers suffer, until it has ended. */
    private Misfortunes follow(FanOut fanOut, Fleet fleet, FleetMember console) throws InterruptedException {
        ProgressBar bar = new ProgressBar(out, watched, Terminal::width);
        try (Misfortunes misfortunes = new Misfortunes(
                fleet.workers(), Fleet.LEASE, arguments.seed(), line -> bar.say("  " + line), failure -> {
                    bar.say("  gives up: " + failure);
                    console.close(); // nobody works on it any more
                })) {
            misfortunes.begin(Duration.ofMillis(arguments.strikeMillis()), arguments.strikes());
            bar.follow(fanOut);
            return misfortunes;
        }
    }

    private int account(FleetBooks books, Fleet fleet, FanOutProgress progress) throws Exception {
        Accounting accounting = books.close(fleet, progress);
        say("%,d results were told again, since whoever was told first has died", books.toldAgain());
        return verdict(out, books.ledger(), progress, accounting);
    }

    /** Prints the accounting. */
    static int verdict(PrintStream out, Ledger ledger, FanOutProgress progress, Accounting accounting) {
        Report.results(out, ledger);
        boolean holds = Report.accounting(out, accounting.checks());
        out.println();
        out.println(progress.state() + ": " + Program.verdict(holds));
        return Program.code(holds, progress);
    }

    private void describe(Fleet fleet) {
        say("%,d recipients; %d workers, each in a JVM of its own", arguments.recipients(), arguments.workers());
        say("  Redis: %s, append-only file synced every second", fleet.redis());
        say("  simulated vendors: %s; seed %d", fleet.plan().weather(), arguments.seed());
        say("  a lease is %s here, where the library has 30 s", Format.seconds(Fleet.LEASE));
        if (arguments.loseOne()) {
            say("  each worker loses one request on purpose, and calls it accepted");
        }
        say("");
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void say(String format, Object... args) {
        out.println(Format.of(format, args));
    }
}
