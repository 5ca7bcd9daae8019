package dev.notifykit.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for. Immutable.
 *
 * @param recipients how many installations are made up; not used with a file
 * @param seed of the made-up installations and of what befalls them
 * @param installations a file to send to instead; null: one is made up
 * @param harsh whether the simulated vendors have a very bad day
 * @param loseOne whether one request is lost on purpose, so that the accounting has something to find
 * @param deadTokens where the dead tokens are written; null: they are only counted
 * @param apns the real APNs account; null: none
 * @param fcmServiceAccount the service account of the real Firebase project; null: none
 * @param help whether only the usage is wanted
 */
record Arguments(
        int recipients,
        long seed,
        @Nullable Path installations,
        boolean harsh,
        boolean loseOne,
        @Nullable Path deadTokens,
        @Nullable ApnsAccount apns,
        @Nullable Path fcmServiceAccount,
        boolean help) {

    static final int DEFAULT_RECIPIENTS = 100_000;
    static final int MAX_RECIPIENTS = 10_000_000;

    private static final Set<String> FLAGS = Set.of("--harsh", "--break", "--sandbox", "--help");
    private static final Set<String> WITH_VALUE = Set.of(
            "--recipients",
            "--seed",
            "--installations",
            "--dead-tokens",
            "--apns-key",
            "--team-id",
            "--key-id",
            "--topic",
            "--fcm-service-account");

    static final String USAGE = """
            Sends one notification to many installations, and then proves where each of them went.

              mvn -q compile exec:java -pl notify-examples -am -Dexec.args="[options]"

            Without an account it talks to simulated vendors in a second JVM, over HTTP/2 and TLS:
              --recipients N       how many installations to make up (100000)
              --seed N             another file and other luck (1)
              --installations FILE take these instead; columns app,provider,token,locale; first line the names
              --harsh              10 % answered 503, 5 % 429, 2 % never, a GOAWAY per 500 requests of a connection
              --break              loses one request on purpose: the accounting must notice (exit code 1)
              --dead-tokens FILE   where to write the tokens that the vendors called dead

            With an account it sends the file to the real vendors:
              --apns-key FILE.p8 --team-id ID --key-id ID [--topic BUNDLE] [--sandbox]
                                   without a topic each row goes to the topic of its app
              --fcm-service-account FILE.json

            Exit code: 0 every recipient is accounted for, 1 not so, 2 wrong arguments, 130 after Ctrl-C, which
            lets what is in flight come home and reports.
            """;

    /**
     * An account at Apple.
     *
     * @param key the {@code .p8} file
     * @param teamId ten characters
     * @param keyId ten characters
     * @param topic the bundle id of every push; null: the row's app id
     * @param sandbox whether the tokens are of development builds
     */
    record ApnsAccount(
            Path key, String teamId, String keyId, @Nullable String topic, boolean sandbox) {}

    /** Whether the vendors are simulated. */
    boolean simulated() {
        return apns == null && fcmServiceAccount == null;
    }

    /**
     * Reads a command line.
     *
     * @throws UsageException naming all that is wrong with it
     */
    static Arguments parse(String... args) throws UsageException {
        Options options = Options.read(FLAGS, WITH_VALUE, args);
        Arguments arguments = new Arguments(
                (int) options.number("--recipients", DEFAULT_RECIPIENTS, 1, MAX_RECIPIENTS),
                options.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                options.file("--installations"),
                options.has("--harsh"),
                options.has("--break"),
                options.path("--dead-tokens"),
                apnsAccount(options),
                options.file("--fcm-service-account"),
                options.has("--help"));
        arguments.check(options);
        options.throwIfWrong();
        return arguments;
    }

    private static @Nullable ApnsAccount apnsAccount(Options options) {
        Path key = options.file("--apns-key");
        String team = options.text("--team-id");
        String id = options.text("--key-id");
        if (key == null || team == null || id == null) {
            boolean begun = options.has("--apns-key") || team != null || id != null;
            options.require(!begun, "--apns-key, --team-id and --key-id belong together");
            options.require(begun || !options.has("--topic"), "--topic needs --apns-key");
            options.require(begun || !options.has("--sandbox"), "--sandbox needs --apns-key");
            return null;
        }
        return new ApnsAccount(key, team, id, options.text("--topic"), options.has("--sandbox"));
    }

    private void check(Options options) {
        options.require(
                installations == null || !options.has("--recipients"),
                "--recipients is for made-up installations; leave it out with --installations");
        options.require(
                deadTokens == null || !Files.exists(deadTokens), "--dead-tokens: the file exists; name another");
        boolean account = options.has("--apns-key") || options.has("--fcm-service-account");
        options.require(
                !account || options.has("--installations"),
                "the real vendors need --installations FILE; made-up tokens are dead ones to them");
        options.require(!account || !harsh, "--harsh is for the simulated vendors");
        options.require(!account || !loseOne, "--break is for the simulated vendors");
        options.require(
                !options.has("--sandbox") || !options.has("--fcm-service-account"),
                "--sandbox makes every row one of Apple's development world; send to FCM in another run");
    }
}
