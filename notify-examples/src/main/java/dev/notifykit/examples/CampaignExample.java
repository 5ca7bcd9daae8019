package dev.notifykit.examples;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.CsvAudience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.lane.LaneState;
import dev.notifykit.push.Environment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends one notification to every installation in a file, shows how far it is, and proves at the end where each of them went. Run it
 * with {@code --help}; start reading at {@link #send}.
 */
public final class CampaignExample {

    /** Longer than the attempt timeout, so that nothing in flight ends unknown which a little patience would have settled. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final Arguments arguments;
    private final PrintStream out;
    private final boolean watched;

    private CampaignExample(Arguments arguments, PrintStream out, boolean watched) {
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
            Arguments arguments = Arguments.parse(args);
            if (arguments.help()) {
                out.print(Arguments.USAGE);
                return Program.ACCOUNTED_FOR;
            }
            return new CampaignExample(arguments, out, watched).send();
        });
    }

    private int send() throws Exception {
        Path file = arguments.installations() != null ? arguments.installations() : madeUp();
        Ledger ledger = new Ledger();
        Malformed malformed = new Malformed(out);
        Audience audience = audience(file, malformed);
        Census census = Census.take(file, audience, ledger);
        say("%,d recipients and %,d malformed lines in %s", census.rows(), malformed.count(), file);
        if (census.rows() == 0) {
            say("There is nobody to send to.");
            return Program.ACCOUNTED_FOR;
        }
        try (Vendors vendors = Vendors.of(arguments);
                DeadTokens deadTokens = new DeadTokens(arguments.deadTokens());
                Campaign campaign = new Campaign(vendors, census, audience, ledger, deadTokens);
                Interruption interruption = Interruption.drains(() -> campaign.close(GRACE))) {
            describe(vendors);
            long start = System.nanoTime();
            FanOut fanOut = campaign.launch();
            new ProgressBar(out, watched, Terminal::width).follow(fanOut);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            campaign.close(GRACE);

            FanOutProgress progress = fanOut.progress();
            Accounting accounting = new Accounting(ledger, progress)
                    .file(census.lines(), malformed.count())
                    .deadTokens(deadTokens.count());
            JournalTotals journals = readJournals(vendors, ledger, interruption);
            if (journals != null) {
                accounting.journals(journals);
            }
            return report(ledger, progress, campaign, took, accounting, interruption.happened());
        }
    }

    private Path madeUp() throws IOException {
        Path directory = Files.createTempDirectory("notifykit-campaign");
        directory.toFile().deleteOnExit();
        Path file = directory.resolve("installations.csv");
        file.toFile().deleteOnExit();
        Installations.write(file, arguments.recipients(), arguments.seed());
        return file;
    }

    private CsvAudience audience(Path file, Malformed malformed) {
        CsvAudience.Builder csv = Audience.csv(file).onMalformed(malformed);
        if (arguments.simulated()) {
            csv.environment(Environment.PRODUCTION); // the simulators know one world only
        } else if (arguments.apns() != null && arguments.apns().sandbox()) {
            csv.environment(Environment.SANDBOX);
        }
        return csv.build();
    }

    private @Nullable JournalTotals readJournals(Vendors vendors, Ledger ledger, Interruption interruption)
            throws IOException {
        try {
            return vendors.readJournals(ledger);
        } catch (IOException e) {
            if (!interruption.happened()) {
                throw e;
            }
            say("The simulated vendors were interrupted as well; their journals cannot be read.");
            return null;
        }
    }

    private void describe(Vendors vendors) {
        Weather weather = vendors.weather();
        if (weather == null) {
            say("Sending to the real vendors, with the library's own back-offs and limits.");
            return;
        }
        say("Simulated vendors in a second JVM, over HTTP/2 and TLS; seed %d", arguments.seed());
        say("  they do: %s", weather);
        say(
                "  demo back-offs: %s to %s, where the vendors ask for 10 s (FCM) and 15 min (APNs) after an error",
                Format.seconds(SimulatedVendors.BACKOFF), Format.seconds(Vendors.DEMO_MAX_BACKOFF));
        if (arguments.harsh()) {
            say(
                    "  for so bad a day: attempts time out after %s instead of 20 s, and the retry budget is %s",
                    Format.seconds(weather.attemptTimeout()),
                    Format.percent(weather.retryShare()) + " instead of 10 %");
        }
        if (arguments.loseOne()) {
            say("  one request will be lost on purpose, and called accepted");
        }
        out.println();
    }

    private int report(
            Ledger ledger,
            FanOutProgress progress,
            Campaign campaign,
            Duration took,
            Accounting accounting,
            boolean interrupted) {
        Report.results(out, ledger);
        boolean holds = Report.accounting(out, accounting.checks());
        long attempts = campaign.lanes().stream().mapToLong(LaneState::attempts).sum();
        long retries = campaign.lanes().stream().mapToLong(LaneState::retries).sum();
        out.println();
        say(
                "%,d attempts, %,d of them retries, in %s: %,.0f results a second",
                attempts, retries, Format.seconds(took), progress.done() * 1e9 / took.toNanos());
        say("%s: %s", interrupted ? "INTERRUPTED" : progress.state(), Program.verdict(holds));
        if (interrupted) {
            say(
                    "%,d recipients have no result: they were not sent to, or not answered in time.",
                    ledger.withoutResult());
            return holds ? Program.INTERRUPTED : Program.LAW_BROKEN;
        }
        return Program.code(holds, progress);
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void say(String format, Object... args) {
        out.println(Format.of(format, args));
    }
}
