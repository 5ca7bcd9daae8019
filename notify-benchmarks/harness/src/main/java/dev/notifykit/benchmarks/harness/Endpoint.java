package dev.notifykit.benchmarks.harness;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where a peer sends, and how much at once. Immutable.
 *
 * @param host of the simulated APNs
 * @param apnsPort its port
 * @param signingKey file of the APNs key
 * @param keyId its id
 * @param teamId its team
 * @param fcmUri of the simulated FCM
 * @param serviceAccount file of the FCM credentials
 * @param project the Firebase project
 * @param authority PEM file of the certificate to trust
 * @param redisPort of a Redis on this machine; 0 where there is none
 * @param inFlight how many messages are open at once
 * @param connections how many connections carry them
 */
public record Endpoint(
        String host,
        int apnsPort,
        Path signingKey,
        String keyId,
        String teamId,
        URI fcmUri,
        Path serviceAccount,
        String project,
        Path authority,
        int redisPort,
        int inFlight,
        int connections) {

    private static final String SEPARATOR = "\t";
    private static final Path NO_FILE = Path.of("");

    /**
     * A Redis alone.
     *
     * @param port on this machine
     * @param inFlight how much is open at once
     * @param connections at most
     * @return where it is
     */
    public static Endpoint redis(int port, int inFlight, int connections) {
        return new Endpoint("", 0, NO_FILE, "", "", URI.create(""), NO_FILE, "", NO_FILE, port, inFlight, connections);
    }

    /**
     * The same, with a Redis beside it.
     *
     * @param port on this machine
     * @return an endpoint that differs in this only
     */
    public Endpoint withRedis(int port) {
        return new Endpoint(
                host,
                apnsPort,
                signingKey,
                keyId,
                teamId,
                fcmUri,
                serviceAccount,
                project,
                authority,
                port,
                inFlight,
                connections);
    }

    /**
     * Writes it as one line.
     *
     * @return what {@link #parse} reads
     */
    public String line() {
        return String.join(
                SEPARATOR,
                host,
                Integer.toString(apnsPort),
                signingKey.toString(),
                keyId,
                teamId,
                fcmUri.toString(),
                serviceAccount.toString(),
                project,
                authority.toString(),
                Integer.toString(redisPort),
                Integer.toString(inFlight),
                Integer.toString(connections));
    }

    /**
     * Reads a line.
     *
     * @param line from {@link #line}
     * @return the endpoint
     */
    public static Endpoint parse(String line) {
        String[] parts = line.split(SEPARATOR, -1);
        if (parts.length != 12) {
            throw new IllegalArgumentException("an endpoint has 12 parts: " + Arrays.toString(parts));
        }
        return new Endpoint(
                parts[0],
                Integer.parseInt(parts[1]),
                Path.of(parts[2]),
                parts[3],
                parts[4],
                URI.create(parts[5]),
                Path.of(parts[6]),
                parts[7],
                Path.of(parts[8]),
                Integer.parseInt(parts[9]),
                Integer.parseInt(parts[10]),
                Integer.parseInt(parts[11]));
    }
}
