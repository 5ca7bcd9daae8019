package dev.notifykit.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The JVM of one peer. Orders come on standard input, one a line, and each is answered by one line on standard output: {@code open
 * <endpoint>}, {@code send <run> <messages>} (answered with a {@link Reading}), {@code pace <run> <messages> <a second>} (answered with a {@link PacedReading}), {@code heap} (answered with the bytes in use after full
 * collections), {@code close}, {@code profile}, {@code profiled <file>}. What fails is answered {@code error …}. It ends with its standard input.
 */
public final class PeerMain {

    private final String peerClass;
    private @Nullable Peer peer;
    private @Nullable Profile profile;

    private PeerMain(String peerClass) {
        this.peerClass = peerClass;
    }

    /**
     * Runs until standard input ends.
     *
     * @param args the peer's class
     * @throws IOException when standard input breaks
     */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // what a library prints must not pass for an answer
        PeerMain main = new PeerMain(args[0]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            answers.println(main.answer(order));
            answers.flush();
        }
        System.exit(0); // a library may have left threads that are no daemons
    }

    private String answer(String order) {
        String[] parts = order.split(" ", 2);
        try {
            return switch (parts[0]) {
                case "open" -> open(parts[1]);
                case "send" -> send(parts[1].split(" ", -1));
                case "pace" -> pace(parts[1].split(" ", -1));
                case "heap" -> "heap " + Heap.inUse();
                case "close" -> close();
                case "profile" -> startProfile();
                case "profiled" -> endProfile(Path.of(parts[1]));
                default -> throw new IllegalArgumentException("unknown order " + parts[0]);
            };
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            return "error " + e.toString().replace('\n', ' ');
        }
    }

    private String open(String endpoint) throws Exception {
        close();
        try {
            Peer opened = Class.forName(peerClass)
                    .asSubclass(Peer.class)
                    .getConstructor(Endpoint.class)
                    .newInstance(Endpoint.parse(endpoint));
            peer = opened;
            return "opened " + System.getProperty("java.version") + "\t" + opened.about();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("cannot make a " + peerClass + ": " + e.getCause(), e);
        }
    }

    private String send(String[] runAndMessages) throws Exception {
        Peer open = opened();
        Batch batch = new Batch(Integer.parseInt(runAndMessages[0]), Integer.parseInt(runAndMessages[1]));
        Meter meter = begin();
        open.send(batch);
        return "sent " + end(batch, meter).line();
    }

    private String pace(String[] runMessagesAndRate) throws Exception {
        PacedPeer open = (PacedPeer) opened();
        Batch batch = new Batch(Integer.parseInt(runMessagesAndRate[0]), Integer.parseInt(runMessagesAndRate[1]));
        Timetable timetable = new Timetable(batch.size(), Integer.parseInt(runMessagesAndRate[2]));
        Meter meter = begin();
        timetable.run(number -> open.offer(batch, number, timetable));
        Reading reading = end(batch, meter);
        return "paced " + new PacedReading(reading, timetable.toAnswers(), timetable.toEnds()).line();
    }

    private Peer opened() {
        Peer open = peer;
        if (open == null) {
            throw new IllegalStateException("nothing is open");
        }
        return open;
    }

    private Meter begin() {
        Profile running = profile;
        if (running != null) {
            running.runBegins();
        }
        System.gc(); // each run pays for its own garbage
        return new Meter();
    }

    private static Reading end(Batch batch, Meter meter) throws InterruptedException {
        if (!batch.await(batch.patience())) {
            System.err.println(batch.openCount() + " messages have not ended after " + batch.patience());
        }
        return meter.read(batch);
    }

    private String close() {
        Peer open = peer;
        peer = null;
        if (open != null) {
            open.close();
        }
        return "closed";
    }

    private String startProfile() {
        profile = Profile.start();
        return "profiling";
    }

    private String endProfile(Path file) throws IOException {
        Profile running = profile;
        if (running == null) {
            throw new IllegalStateException("no profile was started");
        }
        profile = null;
        running.writeTo(file);
        return "profiled";
    }
}
