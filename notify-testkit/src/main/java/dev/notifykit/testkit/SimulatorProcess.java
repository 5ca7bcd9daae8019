package dev.notifykit.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.notifykit.testkit.internal.Json;
import dev.notifykit.testkit.internal.control.ReadyLine;
import dev.notifykit.testkit.journal.JournalEntry;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link SimulatorMain} in a child JVM on this JVM's class path: the simulators use neither the heap nor the garbage collector of the
 * code under test. Thread-safe. The child ends with {@link #close()}, or when this JVM ends in whatever way; a Ctrl-C that reaches
 * both does not end it before.
 */
public final class SimulatorProcess implements AutoCloseable {
    /** A cold JVM on a busy machine. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final ChildJvm child;
    private final Map<String, String> ready;

    private SimulatorProcess(ChildJvm child, Map<String, String> ready) {
        this.child = child;
        this.ready = ready;
    }

    /** Short for {@link #start(List, List)} with a heap of 512 MB. */
    public static SimulatorProcess start(String... args) throws IOException {
        return start(List.of("-Xmx512m"), List.of(args));
    }

    /**
     * Starts the child and waits until it is ready.
     *
     * @param jvmOptions options of the child JVM, such as {@code -Xmx512m}
     * @param args options of {@link SimulatorMain}
     * @throws IOException when the child does not become ready within a minute; its message holds the end of the child's standard
     *     error
     */
    public static SimulatorProcess start(List<String> jvmOptions, List<String> args) throws IOException {
        ChildJvm child = ChildJvm.start(jvmOptions, SimulatorMain.class.getName(), args);
        return new SimulatorProcess(child, child.awaitLine(ReadyLine::read, START_TIMEOUT));
    }

    /** {@code "localhost"}: the name in the servers' certificate. */
    public String host() {
        return "localhost";
    }

    /** Port of the simulated APNs. */
    public int apnsPort() {
        return Integer.parseInt(value("apns.port"));
    }

    /** The {@code .p8} file of the signing key. */
    public Path signingKeyFile() {
        return Path.of(value("apns.key.file"));
    }

    /** Its key id. */
    public String keyId() {
        return value("apns.key.id");
    }

    /** Its team id. */
    public String teamId() {
        return value("apns.team.id");
    }

    /** {@code https://localhost:<port>} of the simulated FCM. */
    public URI fcmUri() {
        return URI.create("https://localhost:" + value("fcm.port"));
    }

    /** The service account file of a project. */
    public Path serviceAccountFile(String projectId) {
        return Path.of(value("fcm.service-account." + projectId));
    }

    /** PEM file of the certificate that clients have to trust. */
    public Path trustedCertificateFile() {
        return Path.of(value("ca.file"));
    }

    /**
     * The totals of one simulator's journal.
     *
     * @param provider {@code "apns"} or {@code "fcm"}
     */
    public JournalSummary summary(String provider) throws IOException {
        try (InputStream in = control("/journal/summary").toURL().openStream()) {
            JsonObject all = Json.object(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            if (all == null || !(all.get(provider) instanceof JsonObject summary)) {
                throw new IOException("no summary for provider '" + provider + "'");
            }
            Map<String, Long> rejected = new HashMap<>();
            for (Map.Entry<String, JsonElement> entry :
                    summary.getAsJsonObject("rejected").entrySet()) {
                rejected.put(entry.getKey(), entry.getValue().getAsLong());
            }
            return new JournalSummary(
                    summary.get("accepted").getAsLong(),
                    summary.get("distinctIds").getAsLong(),
                    summary.get("duplicates").getAsLong(),
                    summary.get("withoutId").getAsLong(),
                    summary.get("dryRuns").getAsLong(),
                    rejected);
        }
    }

    /**
     * Calls the consumer for each accepted id of one simulator, in no order, while it is read from the child.
     *
     * @param provider {@code "apns"} or {@code "fcm"}
     */
    public void forEachAccepted(String provider, Consumer<JournalEntry> consumer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                control("/journal/ids?provider=" + provider).toURL().openStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\t", 3);
                consumer.accept(new JournalEntry(parts[0], Integer.parseInt(parts[1]), parts[2]));
            }
        }
    }

    /** The child's process id. */
    public long pid() {
        return child.pid();
    }

    /** Ends the child and waits for it, at most a few seconds. Idempotent. */
    @Override
    public void close() {
        child.close();
    }

    private URI control(String pathAndQuery) {
        return URI.create("http://localhost:" + value("control.port") + pathAndQuery);
    }

    private String value(String name) {
        String value = ready.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the simulators have no " + name);
        }
        return value;
    }

    @Override
    public String toString() {
        return "SimulatorProcess[pid=" + pid() + "]";
    }
}
