package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.PacedReading;
import dev.notifykit.benchmarks.harness.PeerMain;
import dev.notifykit.benchmarks.harness.Reading;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client in a JVM of its own, which stays warm from run to run. What it prints to standard error is seen. */
final class PeerProcess implements AutoCloseable {

    /** The same for all: enough that no collector is short of room, and touched at once, so that no run pays for first use. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch");

    private static final List<String> QUICK_OPTIONS = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    private static final long EXIT_SECONDS = 10;

    private final Client client;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    private PeerProcess(Client client, Process process) {
        this.client = client;
        this.process = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    static PeerProcess start(Client client, Path jdk, boolean quick) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Arguments.java(jdk).toString());
        command.addAll(quick ? QUICK_OPTIONS : JVM_OPTIONS);
        command.addAll(List.of("-cp", client.classPath(), PeerMain.class.getName(), client.peerClass()));
        return new PeerProcess(
                client,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    Client client() {
        return client;
    }

    /** Connects it, after ending what it was connected to; says what it stands on. */
    String open(Endpoint endpoint) throws IOException {
        return order("open " + endpoint.line(), "opened ");
    }

    Reading send(int run, int messages) throws IOException {
        return Reading.parse(order("send " + run + " " + messages, "sent "));
    }

    PacedReading pace(int run, int messages, int perSecond) throws IOException {
        return PacedReading.parse(order("pace " + run + " " + messages + " " + perSecond, "paced "));
    }

    /** Bytes in use in its JVM after full collections. */
    long heap() throws IOException {
        return Long.parseLong(order("heap", "heap "));
    }

    void disconnect() throws IOException {
        order("close", "closed");
    }

    void startProfile() throws IOException {
        order("profile", "profiling");
    }

    String endProfile() throws IOException {
        Path file = Files.createTempFile("notifykit-profile", ".txt");
        try {
            order("profiled " + file, "profiled");
            return Files.readString(file);
        } finally {
            Files.delete(file);
        }
    }

    private String order(String line, String expected) throws IOException {
        orders.write(line);
        orders.write('\n');
        orders.flush();
        String answer = answers.readLine();
        if (answer == null || !answer.startsWith(expected)) {
            throw new IOException(client.label() + ": " + (answer == null ? "its JVM ended" : answer));
        }
        return answer.substring(expected.length());
    }

    @Override
    public void close() {
        try {
            orders.close();
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly(); // the pipe is broken: it does not hear us
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
