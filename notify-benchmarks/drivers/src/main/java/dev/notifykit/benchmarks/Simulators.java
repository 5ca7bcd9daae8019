package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.testkit.SimulatorProcess;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.util.List;

/** The vendors, in a JVM of their own, which all clients of a comparison share. */
final class Simulators implements AutoCloseable {

    static final String PROJECT = "notifykit-test";

    /** About what Apple allows on one connection; more connections carried no more. */
    static final int APNS_IN_FLIGHT = 1_000;

    static final int APNS_CONNECTIONS = 1;

    /** FCM allows 100 on a connection; beyond 500 raw OkHttp loses and doubles messages. */
    static final int FCM_IN_FLIGHT = 500;

    static final int FCM_CONNECTIONS = 5;

    /** Room for the ids of all messages. */
    private static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g");

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

    Endpoint endpoint(String vendor) {
        boolean apns = vendor.equals("apns");
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
                (apns ? APNS_IN_FLIGHT : FCM_IN_FLIGHT) / share,
                apns || share > 1 ? APNS_CONNECTIONS : FCM_CONNECTIONS);
    }

    JournalSummary summary(String vendor) throws IOException {
        return process.summary(vendor);
    }

    @Override
    public void close() {
        process.close();
    }
}
