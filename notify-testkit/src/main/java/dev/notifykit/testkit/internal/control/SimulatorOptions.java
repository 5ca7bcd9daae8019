package dev.notifykit.testkit.internal.control;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of a simulator process. */
public final class SimulatorOptions {
    /** One line per option, for {@code --help} and for mistakes. */
    public static final String HELP = """
            --seed N              seed of all shares and latencies (0)
            --latency MIN-MAX     milliseconds before an answer (0-0)
            --dead P              share of dead tokens, 0 to 1 (0)
            --throttled P         share of attempts answered 429 (0)
            --retry-after MIN-MAX whole seconds in the 429s' Retry-After, evenly shared (1-3)
            --unavailable P       share of attempts answered 503 (0)
            --silence P           share of attempts never answered (0)
            --lost P              share of attempts accepted and never answered (0)
            --reset P             share of attempts reset with INTERNAL_ERROR (0)
            --goaway N            GOAWAY with the n-th request of each connection (0: never)
            --goaway-processed B  whether what is in flight then is processed: true or false (true)
            --apns-streams N      MAX_CONCURRENT_STREAMS of APNs (1000)
            --fcm-streams N       MAX_CONCURRENT_STREAMS of FCM (100)
            --threads N           event loop threads of each simulator (1)
            --project ID          a Firebase project, may be repeated (notifykit-test)
            --dir PATH            where the certificate and the credentials are written (a temporary folder)
            """;

    private final List<String> projects = new ArrayList<>();
    private long seed;
    private Duration minLatency = Duration.ZERO;
    private Duration maxLatency = Duration.ZERO;
    private double dead;
    private double throttled;
    private int minRetryAfter = 1;
    private int maxRetryAfter = 3;
    private double unavailable;
    private double silence;
    private double lost;
    private double reset;
    private int goAway;
    private boolean goAwayProcessed = true;
    private int apnsStreams = 1_000;
    private int fcmStreams = 100;
    private int threads = 1;
    private @Nullable Path directory;

    private SimulatorOptions() {}

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException naming the first option that is unknown or has a bad value
     */
    public static SimulatorOptions parse(String... args) {
        SimulatorOptions options = new SimulatorOptions();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + ": unknown, or its value is missing");
            }
            try {
                options.set(args[i], args[i + 1]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(args[i] + ": not a number: " + args[i + 1], e);
            }
        }
        return options;
    }

    private void set(String option, String value) {
        switch (option) {
            case "--seed" -> seed = Long.parseLong(value);
            case "--latency" -> {
                int[] range = range(value);
                minLatency = Duration.ofMillis(range[0]);
                maxLatency = Duration.ofMillis(range[1]);
            }
            case "--dead" -> dead = Double.parseDouble(value);
            case "--throttled" -> throttled = Double.parseDouble(value);
            case "--retry-after" -> {
                int[] range = range(value);
                minRetryAfter = range[0];
                maxRetryAfter = range[1];
            }
            case "--unavailable" -> unavailable = Double.parseDouble(value);
            case "--silence" -> silence = Double.parseDouble(value);
            case "--lost" -> lost = Double.parseDouble(value);
            case "--reset" -> reset = Double.parseDouble(value);
            case "--goaway" -> goAway = Integer.parseInt(value);
            case "--goaway-processed" -> goAwayProcessed = Boolean.parseBoolean(value);
            case "--apns-streams" -> apnsStreams = Integer.parseInt(value);
            case "--fcm-streams" -> fcmStreams = Integer.parseInt(value);
            case "--threads" -> threads = Integer.parseInt(value);
            case "--project" -> projects.add(value);
            case "--dir" -> directory = Path.of(value);
            default -> throw new IllegalArgumentException(option + ": unknown");
        }
    }

    /** {@code 20-80}, or one number for both ends. */
    private static int[] range(String value) {
        int dash = value.indexOf('-');
        String min = dash < 0 ? value : value.substring(0, dash);
        int[] range = {Integer.parseInt(min), Integer.parseInt(value.substring(dash + 1))};
        if (range[0] < 0 || range[1] < range[0]) {
            throw new NumberFormatException(value);
        }
        return range;
    }

    public long seed() {
        return seed;
    }

    public Duration minLatency() {
        return minLatency;
    }

    public Duration maxLatency() {
        return maxLatency;
    }

    public double dead() {
        return dead;
    }

    public double throttled() {
        return throttled;
    }

    public int minRetryAfter() {
        return minRetryAfter;
    }

    public int maxRetryAfter() {
        return maxRetryAfter;
    }

    public double unavailable() {
        return unavailable;
    }

    public double silence() {
        return silence;
    }

    public double lost() {
        return lost;
    }

    public double reset() {
        return reset;
    }

    public int goAway() {
        return goAway;
    }

    public boolean goAwayProcessed() {
        return goAwayProcessed;
    }

    public int apnsStreams() {
        return apnsStreams;
    }

    public int fcmStreams() {
        return fcmStreams;
    }

    public int threads() {
        return threads;
    }

    public List<String> projects() {
        return List.copyOf(projects);
    }

    public @Nullable Path directory() {
        return directory;
    }
}
