package dev.notifykit.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line. Immutable.
 *
 * @param parts what is measured
 * @param peers who, of those that a part has
 * @param jdks which run the measured JVMs
 * @param latencies of the simulated vendors, in milliseconds
 * @param inFlight how much is open at once; empty for each vendor's usual
 * @param recipients how many a fan-out has
 * @param rounds how often each client is measured
 * @param scale multiplies how many messages are sent
 * @param quick a smoke run
 * @param profile whether the clients are profiled
 * @param results file that keeps the figures; null for none
 * @param charts folder into which all kept figures are drawn; null for none
 */
record Arguments(
        Set<Part> parts,
        Set<Client> peers,
        List<Path> jdks,
        List<Integer> latencies,
        List<Integer> inFlight,
        List<Integer> recipients,
        int rounds,
        double scale,
        boolean quick,
        boolean profile,
        @Nullable Path results,
        @Nullable Path charts) {

    /** What can be measured. */
    enum Part {
        APNS,
        FCM,
        ROAD,
        FANOUT,
        MIXED,
        DEDUP,
        SUBMIT,
        REDIS_FANOUT,
        REDIS_MEMORY
    }

    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 2;
    private static final double QUICK_SCALE = 0.02;
    private static final String EVERYTHING = "all";
    private static final String NOTHING = "charts";

    Arguments {
        parts = Set.copyOf(parts);
        peers = Set.copyOf(peers);
        jdks = List.copyOf(jdks);
        latencies = List.copyOf(latencies);
        inFlight = List.copyOf(inFlight);
        recipients = List.copyOf(recipients);
    }

    /** Reads it; an {@link IllegalArgumentException} names what is wrong. */
    static Arguments parse(String... args) {
        Set<Part> parts = EnumSet.allOf(Part.class);
        Set<Client> peers = EnumSet.allOf(Client.class);
        List<Path> jdks = List.of(Path.of(System.getProperty("java.home")));
        List<Integer> latencies = List.of(0, 20);
        List<Integer> inFlight = List.of();
        List<Integer> recipients = List.of(100_000, 1_000_000, 5_000_000);
        int rounds = ROUNDS;
        double scale = 1;
        boolean quick = false;
        boolean profile = false;
        Path results = null;
        Path charts = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> {
                    quick = true;
                    rounds = QUICK_ROUNDS;
                    scale = QUICK_SCALE;
                }
                case "--profile" -> profile = true;
                case "--peers" ->
                    peers = EnumSet.copyOf(list(args, ++i).map(Client::named).toList());
                case "--jdk" -> jdks = list(args, ++i).map(Arguments::jdk).toList();
                case "--latency" -> latencies = numbers(args, ++i, 0);
                case "--in-flight" -> inFlight = numbers(args, ++i, 1);
                case "--recipients" -> recipients = numbers(args, ++i, 1);
                case "--rounds" -> rounds = Integer.parseInt(value(args, ++i));
                case "--scale" -> scale = Double.parseDouble(value(args, ++i));
                case "--results" -> results = Path.of(value(args, ++i));
                case "--charts" -> charts = Path.of(value(args, ++i));
                default -> {
                    if (i > 0 || args[i].startsWith("-")) {
                        throw new IllegalArgumentException(args[i] + ": unknown");
                    }
                    parts = parts(args[i]);
                }
            }
        }
        if (rounds < 1 || scale <= 0) {
            throw new IllegalArgumentException("--rounds and --scale are more than 0");
        }
        if (parts.isEmpty() && (results == null || charts == null)) {
            throw new IllegalArgumentException(NOTHING + ": of what and where to? --results FILE --charts FOLDER");
        }
        return new Arguments(
                parts, peers, jdks, latencies, inFlight, recipients, rounds, scale, quick, profile, results, charts);
    }

    private static Set<Part> parts(String words) {
        return switch (words) {
            case EVERYTHING -> EnumSet.allOf(Part.class);
            case NOTHING -> EnumSet.noneOf(Part.class);
            default ->
                EnumSet.copyOf(Arrays.stream(words.split(",", -1))
                        .map(word -> Part.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
                        .toList());
        };
    }

    private static List<Integer> numbers(String[] args, int index, int least) {
        List<Integer> numbers = list(args, index).map(Integer::valueOf).toList();
        if (numbers.stream().anyMatch(number -> number < least)) {
            throw new IllegalArgumentException(args[index - 1] + ": at least " + least);
        }
        return numbers;
    }

    private static Stream<String> list(String[] args, int index) {
        return Arrays.stream(value(args, index).split(",", -1));
    }

    private static String value(String[] args, int index) {
        if (index >= args.length) {
            throw new IllegalArgumentException(args[index - 1] + ": its value is missing");
        }
        return args[index];
    }

    private static Path jdk(String home) {
        Path path = Path.of(home);
        if (!Files.isExecutable(java(path))) {
            throw new IllegalArgumentException("--jdk " + home + ": no bin/java there");
        }
        return path;
    }

    /** The program of a JDK. */
    static Path java(Path home) {
        return home.resolve("bin").resolve("java");
    }

    boolean measures(Part part) {
        return parts.contains(part);
    }

    /** Those that are asked for, or the usual number alone. */
    List<Integer> inFlightOr(int usual) {
        return inFlight.isEmpty() ? List.of(usual) : inFlight;
    }

    /** So many messages, or fewer in a quick run, but enough to fill what is in flight. */
    int scaled(int messages) {
        return Math.max(200, (int) (messages * scale));
    }
}
