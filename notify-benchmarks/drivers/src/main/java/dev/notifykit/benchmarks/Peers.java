package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** The clients of one comparison, each in a JVM of its own, that take turns. Used by one thread. */
final class Peers implements AutoCloseable {

    /** The first is not counted, see the profile. */
    private static final int PROFILED_RUNS = 4;

    private final Arguments arguments;
    private final Report report;
    private final String what;
    private final List<PeerProcess> all = new ArrayList<>();
    private String java = "";

    private Peers(String what, Arguments arguments, Report report) {
        this.what = what;
        this.arguments = arguments;
        this.report = report;
    }

    /** What one of them is told to do. */
    interface Turn<T> {
        T take(PeerProcess peer) throws IOException;
    }

    /** Starts those whose vendor this is. */
    static Peers start(String vendor, Path jdk, Arguments arguments, Report report) throws IOException {
        Peers peers = new Peers(vendor, arguments, report);
        try {
            for (Client client : Client.values()) {
                if (client.vendor().equals(vendor) && arguments.peers().contains(client)) {
                    peers.all.add(PeerProcess.start(client, jdk, arguments.quick()));
                }
            }
            return peers;
        } catch (IOException e) {
            peers.close();
            throw e;
        }
    }

    void open(Function<Client, Endpoint> endpoints) throws IOException {
        for (PeerProcess peer : all) {
            String[] about = peer.open(endpoints.apply(peer.client())).split("\t", 2);
            java = about[0];
            report.library(about[1]);
        }
    }

    /** The version of Java that they run on; when they are open. */
    String java() {
        return java;
    }

    boolean has(Client client) {
        return all.stream().anyMatch(peer -> peer.client() == client);
    }

    PeerProcess peer(Client client) {
        return all.stream().filter(peer -> peer.client() == client).findFirst().orElseThrow();
    }

    /** Each does it once. */
    void each(Turn<?> turn) throws IOException {
        for (PeerProcess peer : all) {
            turn.take(peer);
        }
    }

    /** In turns; the order turns around with every round. */
    void rounds(Turn<?> turn) throws IOException {
        rounds(arguments.rounds(), turn);
    }

    /** The same, so many times. */
    void rounds(int count, Turn<?> turn) throws IOException {
        List<PeerProcess> order = new ArrayList<>(all);
        for (int round = 1; round <= count; round++) {
            for (PeerProcess peer : order) {
                turn.take(peer);
            }
            Collections.reverse(order);
        }
    }

    void progress(Client client, Reading reading, String kind) {
        report.progress(java, what, client, reading, kind);
    }

    /** Where its time goes, if anybody asked. */
    void profile(Turn<?> turn) throws IOException {
        if (arguments.profile()) {
            for (PeerProcess peer : all) {
                peer.startProfile();
                for (int i = 0; i < PROFILED_RUNS; i++) {
                    turn.take(peer);
                }
                report.profile(peer.client(), peer.endProfile());
            }
        }
    }

    /** Before what they are connected to goes away. */
    void disconnect() throws IOException {
        for (PeerProcess peer : all) {
            peer.disconnect();
        }
    }

    @Override
    public void close() {
        all.forEach(PeerProcess::close);
    }
}
