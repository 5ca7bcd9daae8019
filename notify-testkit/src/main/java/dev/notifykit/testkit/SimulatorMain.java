package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.internal.control.ControlEndpoint;
import dev.notifykit.testkit.internal.control.ReadyLine;
import dev.notifykit.testkit.internal.control.SimulatorOptions;
import dev.notifykit.testkit.reply.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Both simulators in a process of their own. Prints one line when ready, {@code simulators-ready} and then {@code name=value} pairs
 * parted by tabs: {@code apns.port}, {@code apns.key.file}, {@code apns.key.id}, {@code apns.team.id}, {@code fcm.port}, {@code
 * fcm.service-account.<project>} (a file), {@code ca.file}, {@code control.port}. Run with {@code --help} for the options.
 *
 * <p>The control port serves plain HTTP on loopback: {@code GET /journal/summary} (JSON by provider), {@code GET
 * /journal/ids?provider=apns} or {@code fcm} (a line {@code id TAB count TAB token} for each accepted id), {@code POST /shutdown}. The
 * process also ends when its standard input does, so it never outlives the one that started it. Ctrl-C and SIGTERM do not end
 * it: it goes on serving until the one that started it is through (at a terminal, press Ctrl-D). {@link SimulatorProcess} does all of
 * this for Java.
 */
public final class SimulatorMain {
    private SimulatorMain() {}

    /** Runs until standard input ends or {@code POST /shutdown}; exit code 2 for a bad command line. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && "--help".equals(args[0])) {
            System.out.print(SimulatorOptions.HELP);
            return;
        }
        try {
            run(SimulatorOptions.parse(args), System.in, System.out);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(SimulatorOptions.HELP);
            System.exit(2);
        }
    }

    private static void run(SimulatorOptions options, InputStream in, PrintStream out) throws Exception {
        TestCertificates certificates = TestCertificates.create();
        ApnsSimulator.Builder apnsBuilder =
                configure(ApnsSimulator.builder().maxConcurrentStreams(options.apnsStreams()), options);
        FcmSimulator.Builder fcmBuilder =
                configure(FcmSimulator.builder().maxConcurrentStreams(options.fcmStreams()), options);
        options.projects().forEach(fcmBuilder::project);
        CountDownLatch end = new CountDownLatch(1);
        try (ApnsSimulator apns = apnsBuilder.certificates(certificates).start();
                FcmSimulator fcm = fcmBuilder.certificates(certificates).start();
                ControlEndpoint control =
                        new ControlEndpoint(Map.of("apns", apns.journal(), "fcm", fcm.journal()), end::countDown)) {
            Map<String, String> ready = writeFiles(directory(options), apns, fcm);
            ready.put("control.port", Integer.toString(control.port()));
            outliveSignals(end); // a signal may follow the next line at once
            out.println(ReadyLine.write(ready));
            out.flush();
            endWith(in, end);
            end.await();
        }
    }

    private static <B extends SimulatorBuilder<B>> B configure(B builder, SimulatorOptions options) {
        builder.seed(options.seed())
                .latency(options.minLatency(), options.maxLatency())
                .threads(options.threads())
                .goAwayAfter(options.goAway(), options.goAwayProcessed())
                .tokenShare(options.dead(), Reply.unregistered(Instant.now()))
                .share(options.unavailable(), Reply.unavailable())
                .share(options.silence(), Reply.silence())
                .share(options.lost(), Reply.silence().accepting())
                .share(options.reset(), Reply.reset(2));
        int delays = options.maxRetryAfter() - options.minRetryAfter() + 1;
        for (int i = 0; i < delays; i++) {
            Duration delay = Duration.ofSeconds(options.minRetryAfter() + i);
            builder.share(options.throttled() / delays, Reply.throttled().retryAfter(delay));
        }
        return builder;
    }

    private static Path directory(SimulatorOptions options) throws IOException {
        Path directory = options.directory();
        if (directory != null) {
            return Files.createDirectories(directory);
        }
        Path temporary = Files.createTempDirectory("notifykit-simulators");
        temporary.toFile().deleteOnExit();
        return temporary;
    }

    private static Map<String, String> writeFiles(Path directory, ApnsSimulator apns, FcmSimulator fcm)
            throws IOException {
        Map<String, String> ready = new LinkedHashMap<>();
        ready.put("apns.port", Integer.toString(apns.port()));
        ready.put("apns.key.file", write(directory, "apns.p8", apns.signingKey().p8()));
        ready.put("apns.key.id", apns.signingKey().keyId());
        ready.put("apns.team.id", apns.signingKey().teamId());
        ready.put("fcm.port", Integer.toString(fcm.port()));
        for (var account : fcm.serviceAccounts()) {
            String project = account.projectId();
            String file = "service-account-" + project + ".json";
            ready.put("fcm.service-account." + project, write(directory, file, fcm.serviceAccountJson(project)));
        }
        ready.put("ca.file", write(directory, "ca.pem", apns.certificates().authorityPem()));
        return ready;
    }

    private static String write(Path directory, String name, String content) throws IOException {
        Path file = directory.resolve(name).toAbsolutePath();
        Files.writeString(file, content, StandardCharsets.UTF_8);
        file.toFile().deleteOnExit();
        return file.toString();
    }

    /**
     * A terminal's Ctrl-C goes to the parent and to this process alike, and the parent may then drain what is in flight and read the
     * journals: a shutdown hook that waits keeps everything here going until the parent has closed the pipe.
     */
    private static void outliveSignals(CountDownLatch end) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (end.getCount() > 0) {
                                System.err.println("The simulators serve until standard input ends");
                            }
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "signal-outliver"));
    }

    /** A parent that dies closes the pipe, however it dies. */
    private static void endWith(InputStream in, CountDownLatch end) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        in.transferTo(PrintStream.nullOutputStream());
                    } catch (IOException e) {
                        System.err.println("standard input broke: " + e.getMessage());
                    } finally {
                        end.countDown();
                    }
                },
                "stdin-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }
}
