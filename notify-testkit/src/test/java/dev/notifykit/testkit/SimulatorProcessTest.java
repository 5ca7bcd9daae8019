package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.notifykit.testkit.client.Eventually;
import dev.notifykit.testkit.journal.JournalEntry;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulators in a JVM of their own, their journals read from this one. */
class SimulatorProcessTest {

    @Test
    void servesAClientAndShowsItsJournal(@TempDir Path directory) throws Exception {
        TreeMap<Integer, Integer> statuses = new TreeMap<>();
        long pid;
        try (SimulatorProcess simulators = SimulatorProcess.start(
                "--seed",
                "3",
                "--dead",
                "0.2",
                "--throttled",
                "0.2",
                "--latency",
                "1-5",
                "--dir",
                directory.toString(),
                "--project",
                "acme")) {
            pid = simulators.pid();
            ApnsClient client = new ApnsClientBuilder()
                    .setApnsServer(simulators.host(), simulators.apnsPort())
                    .setTrustedServerCertificateChain(
                            simulators.trustedCertificateFile().toFile())
                    .setSigningKey(ApnsSigningKey.loadFromPkcs8File(
                            simulators.signingKeyFile().toFile(), simulators.teamId(), simulators.keyId()))
                    .build();
            UUID twice = UUID.randomUUID();
            String live = "";
            for (int i = 0; i < 100; i++) {
                String token = "%064x".formatted(i);
                int status = send(client, token, UUID.randomUUID());
                statuses.merge(status, 1, Integer::sum);
                live = status == 200 ? token : live;
            }
            int repeated = 0;
            for (int attempt = 0; repeated < 2; attempt++) {
                assertThat(attempt).as("attempts to a live token").isLessThan(50);
                repeated += send(client, live, twice) == 200 ? 1 : 0;
            }
            client.close().get(60, TimeUnit.SECONDS);

            JournalSummary summary = simulators.summary("apns");
            List<JournalEntry> entries = new ArrayList<>();
            simulators.forEachAccepted("apns", entries::add);

            assertThat(statuses.keySet()).containsExactly(200, 410, 429);
            assertThat(summary.accepted()).isEqualTo(statuses.get(200) + 2);
            assertThat(summary.duplicates()).isEqualTo(1);
            assertThat(summary.rejected().get("Unregistered"))
                    .isEqualTo(statuses.get(410).longValue());
            assertThat(entries).hasSize(statuses.get(200) + 1).contains(new JournalEntry(twice.toString(), 2, live));
            assertThat(simulators.summary("fcm").accepted()).isZero();
            assertThat(simulators.fcmUri().getPort()).isPositive();
            assertThat(Files.readString(simulators.serviceAccountFile("acme"))).contains("\"token_uri\"");
            assertThatThrownBy(() -> simulators.serviceAccountFile("other")).hasMessageContaining("other");
            assertThatThrownBy(() -> simulators.summary("sms")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> simulators.forEachAccepted("sms", entries::add))
                    .isInstanceOf(IOException.class);
        }
        Eventually.holds(
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(directory).isEmptyDirectory();
    }

    /** SIGTERM stands for Ctrl-C: a JVM handles both alike, but shells let background processes ignore the latter. */
    @Test
    void aSignalDoesNotEndItBeforeItsParentDoes(@TempDir Path directory) throws Exception {
        ProcessHandle child;
        try (SimulatorProcess simulators = SimulatorProcess.start("--dir", directory.toString())) {
            child = ProcessHandle.of(simulators.pid()).orElseThrow();

            assertThat(child.destroy()).isTrue();

            assertThatThrownBy(() -> child.onExit().get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(simulators.summary("apns").accepted()).isZero();
        }
        child.onExit().get(60, TimeUnit.SECONDS);
        assertThat(directory).as("what an orderly end removes").isEmptyDirectory();
    }

    @Test
    void aWrongCommandLineIsToldAtOnce() {
        assertThatThrownBy(() -> SimulatorProcess.start("--ded", "0.1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--ded: unknown")
                .hasMessageContaining("--seed N");
        assertThatThrownBy(() -> SimulatorProcess.start("--latency", "80-20")).hasMessageContaining("--latency");
    }

    private static int send(ApnsClient client, String token, UUID id) throws Exception {
        PushNotificationResponse<?> response = client.sendNotification(new SimpleApnsPushNotification(
                        token, "com.acme.app", "{\"aps\":{}}", Instant.now(), null, null, null, id))
                .get(60, TimeUnit.SECONDS);
        return response.getStatusCode();
    }
}
