package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The clients of one vendor over the wire: each in a warm JVM of its own, all against the same simulators, in turns, so that whatever
 * else the machine does befalls them alike. The order turns around with every round.
 */
final class WireBenchmark {

    /** What a later connection of a warm JVM needs. */
    private static final int LATER_WARM_UP_SHARE = 4;

    /** The first is not counted, see the profile. */
    private static final int PROFILED_RUNS = 4;

    private final Arguments arguments;
    private final Report report;
    private int lastRun = SelfCheck.RUN;

    WireBenchmark(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
    }

    void run(String vendor, Path jdk) throws IOException {
        List<PeerProcess> peers = new ArrayList<>();
        try {
            for (Client client : Client.values()) {
                if (client.vendor().equals(vendor) && arguments.peers().contains(client)) {
                    peers.add(PeerProcess.start(client, jdk, arguments.quick()));
                }
            }
            if (peers.isEmpty()) {
                return;
            }
            report.check(SelfCheck.run(vendor, peers));
            boolean first = true;
            for (int latency : arguments.latencies()) {
                try (Simulators simulators = Simulators.start(latency, arguments.quick())) {
                    for (int inFlight : arguments.inFlightOr(Simulators.usualInFlight(vendor))) {
                        compare(vendor, latency, inFlight, simulators, peers, first);
                        first = false;
                    }
                }
            }
        } finally {
            peers.forEach(PeerProcess::close);
        }
    }

    private void compare(
            String vendor, int latency, int inFlight, Simulators simulators, List<PeerProcess> peers, boolean first)
            throws IOException {
        String jdk = "";
        String where = latency + " ms, " + inFlight + " in flight";
        for (PeerProcess peer : peers) {
            String[] about = peer.open(simulators.endpoint(vendor, inFlight)).split("\t", 2);
            jdk = about[0];
            report.library(about[1]);
            int warmUp = arguments.scaled(peer.client().warmUp()) / (first ? 1 : LATER_WARM_UP_SHARE);
            report.progress(jdk, where, peer.client(), peer.send(++lastRun, warmUp), "warming up");
        }
        Comparison comparison = Comparison.ofMessages(
                new Place(vendor, jdk, latency, inFlight, 0),
                String.format(
                        Locale.ROOT,
                        "%s, answers after %d ms, %,d in flight, Java %s",
                        vendor.equals("apns") ? "APNs" : "FCM",
                        latency,
                        inFlight,
                        jdk));
        List<PeerProcess> order = new ArrayList<>(peers);
        for (int round = 1; round <= arguments.rounds(); round++) {
            for (PeerProcess peer : order) {
                Sample sample = sample(peer, inFlight, simulators);
                comparison.add(peer.client(), sample);
                report.progress(jdk, where, peer.client(), sample.reading(), "round " + round);
            }
            Collections.reverse(order);
        }
        report.add(comparison);
        if (arguments.profile()) {
            for (PeerProcess peer : peers) {
                profile(peer, inFlight);
            }
        }
        for (PeerProcess peer : peers) {
            peer.disconnect();
        }
    }

    private Sample sample(PeerProcess peer, int inFlight, Simulators simulators) throws IOException {
        String vendor = peer.client().vendor();
        JournalSummary before = simulators.summary(vendor);
        Reading reading = peer.send(++lastRun, messages(peer, inFlight));
        return Sample.of(reading, before, simulators.summary(vendor));
    }

    private int messages(PeerProcess peer, int inFlight) {
        return arguments.scaled(peer.client().messages(inFlight));
    }

    private void profile(PeerProcess peer, int inFlight) throws IOException {
        peer.startProfile();
        for (int i = 0; i < PROFILED_RUNS; i++) {
            peer.send(++lastRun, messages(peer, inFlight));
        }
        report.profile(peer.client(), peer.endProfile());
    }
}
