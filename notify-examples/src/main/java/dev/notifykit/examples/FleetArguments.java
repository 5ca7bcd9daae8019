package dev.notifykit.examples;

import java.util.Set;

/**
 * What the command line of {@link FleetExample} asks for. Immutable.
 *
 * @param recipients how many installations are made up
 * @param workers how many JVMs work on them
 * @param seed of the installations and of what befalls vendors and workers
 * @param strikeMillis how often a worker is struck
 * @param strikes after how many that ends
 * @param inFlight how much each worker has on its way in each lane, at most
 * @param harsh whether the simulated vendors have a very bad day
 * @param loseOne whether requests are lost on purpose, so that the accounting has something to find
 * @param help whether only the usage is wanted
 */
record FleetArguments(
        int recipients,
        int workers,
        long seed,
        int strikeMillis,
        int strikes,
        int inFlight,
        boolean harsh,
        boolean loseOne,
        boolean help) {

    static final int DEFAULT_RECIPIENTS = 200_000;
    static final int DEFAULT_WORKERS = 3;
    static final int DEFAULT_STRIKE_MILLIS = 4_000;
    static final int DEFAULT_STRIKES = 100;
    static final int DEFAULT_IN_FLIGHT = 100;

    private static final int MAX_WORKERS = 32;
    private static final int LONGEST_STRIKE = 600_000;
    private static final int MAX_IN_FLIGHT = 1_000;

    private static final Set<String> FLAGS = Set.of("--harsh", "--break", "--help");
    private static final Set<String> WITH_VALUE =
            Set.of("--recipients", "--workers", "--seed", "--strike-millis", "--strikes", "--in-flight");

    static final String USAGE = """
            Sends one notification to many installations from several JVMs that share one Redis, kills them again
            and again, and then proves where each notification went.

              mvn -q compile exec:java -pl notify-examples -am \\
                  -Dexec.mainClass=dev.notifykit.examples.FleetExample -Dexec.args="[options]"

            Redis is the redis-server that NOTIFY_REDIS_BIN names or that is on the path, else a bundled 6.2. The
            vendors are simulated in a JVM of their own, over HTTP/2 and TLS. Needs a Unix.
              --recipients N       how many installations to make up (200000)
              --workers N          how many JVMs work on them (3)
              --seed N             another file and other luck (1)
              --strike-millis N    how often a worker is killed, or stopped beyond its lease (4000)
              --strikes N          after how many of these it ends (100)
              --in-flight N        how much a worker has on its way in each of its four lanes, at most (100)
              --harsh              10 % answered 503, 5 % 429, 2 % never, a GOAWAY per 500 requests of a connection
              --break              each worker loses one request on purpose: the accounting must notice (exit code 1)

            Exit code: 0 every recipient is accounted for, 1 not so, 2 wrong arguments.
            """;

    /**
     * Reads a command line.
     *
     * @throws UsageException naming all that is wrong with it
     */
    static FleetArguments parse(String... args) throws UsageException {
        Options options = Options.read(FLAGS, WITH_VALUE, args);
        FleetArguments arguments = new FleetArguments(
                (int) options.number("--recipients", DEFAULT_RECIPIENTS, 1, Arguments.MAX_RECIPIENTS),
                (int) options.number("--workers", DEFAULT_WORKERS, 1, MAX_WORKERS),
                options.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                (int) options.number("--strike-millis", DEFAULT_STRIKE_MILLIS, 1, LONGEST_STRIKE),
                (int) options.number("--strikes", DEFAULT_STRIKES, 0, Integer.MAX_VALUE),
                (int) options.number("--in-flight", DEFAULT_IN_FLIGHT, 1, MAX_IN_FLIGHT),
                options.has("--harsh"),
                options.has("--break"),
                options.has("--help"));
        options.throwIfWrong();
        return arguments;
    }
}
