package dev.notifykit.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The command line. Immutable. */
record Arguments(
        Set<Part> parts,
        List<Path> jdks,
        List<Integer> latencies,
        int rounds,
        double scale,
        boolean quick,
        boolean profile) {

    /** What can be measured. */
    enum Part {
        APNS,
        FCM,
        ROAD,
        FANOUT,
        DEDUP,
        SUBMIT,
        REDIS_FANOUT,
        REDIS_MEMORY
    }

    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 2;
    private static final double QUICK_SCALE = 0.02;

    Arguments {
        parts = Set.copyOf(parts);
        jdks = List.copyOf(jdks);
        latencies = List.copyOf(latencies);
    }

    /** Reads it; an {@link IllegalArgumentException} names what is wrong. */
    static Arguments parse(String... args) {
        Set<Part> parts = EnumSet.allOf(Part.class);
        List<Path> jdks = List.of(Path.of(System.getProperty("java.home")));
        List<Integer> latencies = List.of(0, 20);
        int rounds = ROUNDS;
        double scale = 1;
        boolean quick = false;
        boolean profile = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> {
                    quick = true;
                    rounds = QUICK_ROUNDS;
                    scale = QUICK_SCALE;
                }
                case "--profile" -> profile = true;
                case "--jdk" -> jdks = list(args, ++i).map(Arguments::jdk).toList();
                case "--latency" ->
                    latencies = list(args, ++i).map(Integer::valueOf).toList();
                case "--rounds" -> rounds = Integer.parseInt(value(args, ++i));
                case "--scale" -> scale = Double.parseDouble(value(args, ++i));
                default -> {
                    if (i > 0 || args[i].startsWith("-")) {
                        throw new IllegalArgumentException(args[i] + ": unknown");
                    }
                    parts = parts(args[i]);
                }
            }
        }
        if (rounds < 1 || scale <= 0 || latencies.stream().anyMatch(latency -> latency < 0)) {
            throw new IllegalArgumentException("--rounds, --scale and --latency are not negative, the first two not 0");
        }
        return new Arguments(parts, jdks, latencies, rounds, scale, quick, profile);
    }

    private static Set<Part> parts(String words) {
        return words.equals("all")
                ? EnumSet.allOf(Part.class)
                : EnumSet.copyOf(Arrays.stream(words.split(",", -1))
                        .map(word -> Part.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
                        .toList());
    }

    private static java.util.stream.Stream<String> list(String[] args, int index) {
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

    /** So many messages, or fewer in a quick run, but enough to fill what is in flight. */
    int scaled(int messages) {
        return Math.max(200, (int) (messages * scale));
    }
}
