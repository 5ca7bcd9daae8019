package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.testkit.SimulatorProcess;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.util.List;

/** The vendors, in a JVM of their own, which all clients of a comparison share. */
final class Simulators implements AutoCloseable {

    static final String PROJECT = "notifykit-test";

    /** About what Apple allows on one connection. */
    static final int APNS_STREAMS = 1_000;

    /** What FCM allows on one connection. */
    static final int FCM_STREAMS = 100;

    /** One connection; more carried no more. */
    private static final int APNS_IN_FLIGHT = 1_000;

    /** Beyond that raw OkHttp loses and doubles messages. */
    private static final int FCM_IN_FLIGHT = 500;

    /** Room for the ids of all messages, some 200 bytes each. */
    private static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx6g");

    /** A smoke run has few messages, and cold clients open a connection for each that is in flight. */
    private static final int QUICK_SHARE = 10;

    private final SimulatorProcess process;
    private final int share;

    private Simulators(SimulatorProcess process, int share) {
        this.process = process;
        this.share = share;
    }

    static Simulators start(int latencyMillis, boolean quick) throws IOException {
        return new Simulators(
                SimulatorProcess.start(
                        quick ? List.of() : JVM_OPTIONS,
                        List.of("--latency", latencyMillis + "-" + latencyMillis, "--project", PROJECT)),
                quick ? QUICK_SHARE : 1);
    }

    /** How much is in flight unless it is asked for. */
    static int usualInFlight(String vendor) {
        return vendor.equals("apns") ? APNS_IN_FLIGHT : FCM_IN_FLIGHT;
    }

    Endpoint endpoint(String vendor) {
        return endpoint(vendor, usualInFlight(vendor));
    }

    /** With as many connections as a vendor's streams take. */
    Endpoint endpoint(String vendor, int inFlight) {
        int open = Math.max(1, inFlight / share);
        int streams = vendor.equals("apns") ? APNS_STREAMS : FCM_STREAMS;
        return new Endpoint(
                process.host(),
                process.apnsPort(),
                process.signingKeyFile(),
                process.keyId(),
                process.teamId(),
                process.fcmUri(),
                process.serviceAccountFile(PROJECT),
                PROJECT,
                process.trustedCertificateFile(),
                0,
                open,
                (open + streams - 1) / streams);
    }

    JournalSummary summary(String vendor) throws IOException {
        return process.summary(vendor);
    }

    @Override
    public void close() {
        process.close();
    }
}
