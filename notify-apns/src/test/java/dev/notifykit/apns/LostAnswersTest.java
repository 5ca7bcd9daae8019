package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.reply.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a push when no answer comes: whether it may have arrived, and that its future completes all the same. */
class LostAnswersTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    private static final TestSigningKey KEY = TestSigningKey.create("ABCDEFGHIJ", "TEAM123456");

    private static void assertUnknown(PushResponse response, Unknown.Cause cause) {
        assertThat(response)
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.cause()).isEqualTo(cause));
    }

    private static void assertNotSent(PushResponse response) {
        assertThat(response)
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        u -> assertThat(u.cause()).isIn(Unavailable.Cause.NOT_SENT, Unavailable.Cause.REFUSED));
    }

    @Test
    void whatEndsWithItsConnectionOrStreamIsUnknown() {
        try (Rig rig = Rig.start()) {
            List<Reply> endings = List.of(
                    Reply.drop(), Reply.drop().accepting(), Reply.goAway(), Reply.reset(2), Reply.bodyless(503));
            for (Reply ending : endings) {
                rig.apns().script(Rig.TOKEN, ending);
                assertUnknown(rig.push(), Unknown.Cause.CONNECTION_LOST);
            }
            rig.apns().script(Rig.TOKEN, Reply.ok());
            assertThat(rig.push()).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void whatWasProcessedBeforeGoAwayIsUnknownAsWell() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.apns().script(Rig.TOKEN, Reply.ok().after(Duration.ofMinutes(1)));
            PushRequest request = Rig.request();
            CompletableFuture<PushResponse> inFlight = rig.service().push(request);
            waitForInFlight(rig, 1);
            rig.apns().goAway(true);
            // pushy closes at once and never reads the answer that would have come.
            assertUnknown(Rig.await(inFlight), Unknown.Cause.CONNECTION_LOST);
            Rig.until(() -> rig.apns().journal().count(request.id().toString()) == 1);
        }
    }

    @Test
    void whatWaitedForAStreamAtGoAwayWasNotSent() throws Exception {
        try (Rig rig = Rig.start(b -> b.maxConcurrentStreams(1).recordRequests(10), b -> b)) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            rig.apns().script(Rig.TOKEN, Reply.ok().after(Duration.ofMinutes(1)), Reply.ok());
            CompletableFuture<PushResponse> written = rig.service().push(Rig.request());
            CompletableFuture<PushResponse> waiting = rig.service().push(Rig.request());
            waitForInFlight(rig, 1);
            rig.apns().goAway(false);
            assertUnknown(Rig.await(written), Unknown.Cause.CONNECTION_LOST);
            assertNotSent(Rig.await(waiting));
        }
    }

    @Test
    void refusedStreamsAreWrittenAgainByPushy() {
        try (Rig rig = Rig.start()) {
            rig.apns().script(Rig.TOKEN, Reply.reset(7), Reply.reset(7), Reply.ok());
            assertThat(rig.push()).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void silenceEndsWithTheTimeoutAndWhatItHeldIsFreed() throws Exception {
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(SHORT))) {
            Rig.until(() -> rig.push() instanceof Accepted);
            rig.apns().script(Rig.TOKEN, Reply.silence());
            long start = System.nanoTime();
            PushResponse response = rig.push();
            assertUnknown(response, Unknown.Cause.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(30));
            assertThat(rig.service().open()).isZero();
        }
    }

    @Test
    void aLateAnswerChangesNothing() throws Exception {
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(SHORT))) {
            Rig.until(() -> rig.push() instanceof Accepted);
            String slow = "cd".repeat(32);
            rig.apns().script(slow, Reply.status(400, "BadPriority").after(SHORT.multipliedBy(5)));
            CompletableFuture<PushResponse> late = rig.service().push(requestTo(slow));
            Rig.until(() -> {
                rig.push(); // other answers, so that the connection is not taken for dead
                return rig.apns().traffic().replies().containsKey("BadPriority");
            });
            assertUnknown(late.join(), Unknown.Cause.TIMEOUT);
        }
    }

    @Test
    void silentConnectionsAreReplacedSoThatTheirStreamsAreNotUsedUp() throws Exception {
        try (Rig rig = Rig.start(b -> b.maxConcurrentStreams(3), b -> b.attemptTimeout(SHORT))) {
            Rig.until(() -> rig.push() instanceof Accepted);
            rig.apns().answerAll(Reply.silence());
            List<CompletableFuture<PushResponse>> lost = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                lost.add(rig.service().push(Rig.request()));
            }
            lost.forEach(f -> assertThat(Rig.await(f)).isInstanceOf(Unknown.class));
            rig.apns().answerByShares();
            Rig.until(() -> rig.service().generation() > 0);
            Rig.until(() -> rig.push() instanceof Accepted);
            Rig.until(() -> rig.apns().traffic().openConnections() == 1);
        }
    }

    @Test
    void connectionsWithManyLostStreamsAreReplacedThoughOthersAnswer() throws Exception {
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(SHORT).maxInFlight(8))) {
            String mute = "ab".repeat(32);
            rig.apns().script(mute, Reply.silence());
            PushRequest lost = requestTo(mute);
            for (int i = 0; i < 3 && rig.service().generation() == 0; i++) {
                CompletableFuture<PushResponse> silent = rig.service().push(lost);
                Rig.until(() -> {
                    rig.push(); // these are answered
                    return silent.isDone();
                });
            }
            Rig.until(() -> rig.service().generation() >= 1);
        }
    }

    @Test
    void aClosedEndpointMeansNotSent() throws Exception {
        ApnsSimulator gone = ApnsSimulator.start();
        try (ApnsPushService service = Rig.clientOf(gone).attemptTimeout(SHORT).build()) {
            gone.close();
            List<CompletableFuture<PushResponse>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                futures.add(service.push(Rig.request()));
            }
            futures.forEach(f -> assertNotSent(Rig.await(f)));
        }
    }

    @Test
    void aConnectionThatNeverBecomesReadyIsReplaced() throws Exception {
        // The first connection gets its TLS but no SETTINGS: pushy waits, and so do the pushes.
        try (Rig rig = Rig.start(b -> b.withholdSettings(1), b -> b.attemptTimeout(SHORT))) {
            PushRequest first = Rig.request();
            assertNotSent(rig.push(first));
            Rig.until(() -> rig.push() instanceof Accepted);
            assertThat(rig.apns().journal().count(first.id().toString())).isZero();
        }
    }

    @Test
    void wrongTrustMeansNotSent() {
        ApnsSimulator apns = ApnsSimulator.start();
        try (apns;
                ApnsPushService service = Rig.clientOf(apns)
                        .trustedCertificates(TestCertificates.create().authority())
                        .build()) {
            assertNotSent(Rig.await(service.push(Rig.request())));
            assertThat(apns.traffic().requests()).isZero();
        }
    }

    @Test
    void hostNamesAreVerified() {
        ApnsSimulator apns = ApnsSimulator.start();
        try (apns;
                // Reaches the simulator, whose certificate is for 127.0.0.1 and localhost.
                ApnsPushService service = Rig.clientOf(apns).host("127.0.0.2").build()) {
            assertNotSent(Rig.await(service.push(Rig.request())));
            assertThat(apns.traffic().requests()).isZero();
        }
    }

    @Test
    void anUnknownHostMeansNotSent() {
        try (ApnsPushService service = Rig.signedBy(
                        dev.notifykit.testkit.credentials.TestSigningKey.create("ABCDEFGHIJ", "TEAM123456"))
                .host("nowhere.invalid")
                .allowForeignHost(true)
                .attemptTimeout(Duration.ofSeconds(2))
                .build()) {
            assertNotSent(Rig.await(service.push(Rig.request())));
        }
    }

    @Test
    void aPeerThatDoesNotSpeakTlsMeansNotSent() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ApnsPushService service = Rig.signedBy(
                                dev.notifykit.testkit.credentials.TestSigningKey.create("ABCDEFGHIJ", "TEAM123456"))
                        .host("localhost")
                        .port(mute.getLocalPort())
                        .attemptTimeout(SHORT)
                        .build()) {
            assertNotSent(Rig.await(service.push(Rig.request())));
        }
    }

    private static PushRequest requestTo(String token) {
        return PushRequest.of(Target.apns(Rig.APP, token), Notification.alert("t", "b"));
    }

    private static void waitForInFlight(Rig rig, int count) {
        try {
            Rig.until(() -> rig.apns().traffic().inFlight() == count);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
