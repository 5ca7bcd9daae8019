package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.reply.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private static List<CompletableFuture<PushResponse>> pushes(Rig rig, int count) {
        List<CompletableFuture<PushResponse>> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(rig.start("token-" + i));
        }
        return open;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void fiveHundredAtOnceOpenAsManyConnectionsAsConfigured() {
        try (Rig rig = Rig.start(s -> s.latency(Duration.ofSeconds(2), Duration.ofSeconds(3)), b -> b)) {
            assertThat(rig.service.maxInFlight()).isEqualTo(500);
            assertThat(pushes(rig, 500))
                    .allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            assertThat(rig.fcm.traffic().connections()).isEqualTo(5);
            assertThat(rig.fcm.traffic().requests()).isEqualTo(500);
            assertThat(rig.oauth().requests()).isEqualTo(1);
        }
    }

    @Test
    void fewRequestsNeedOneConnection() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            }
            assertThat(rig.fcm.traffic().connections()).isEqualTo(1);
        }
    }

    @Test
    void neverMoreThanAHundredStreamsOnAConnection() {
        try (Rig rig = Rig.start(
                s -> s.maxConcurrentStreams(1_000).latency(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                b -> b.connections(2))) {
            assertThat(pushes(rig, 500))
                    .allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            assertThat(rig.fcm.traffic().maxConcurrentStreams()).isBetween(60, 100);
            assertThat(rig.fcm.traffic().maxInFlight()).isLessThanOrEqualTo(200);
            assertThat(rig.fcm.traffic().connections()).isEqualTo(2);
        }
    }

    @Test
    void whatFindsNoRoomIsRefusedAndNotKept() {
        try (Rig rig = Rig.start(s -> s, b -> b.connections(1).attemptTimeout(Duration.ofSeconds(8)))) {
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            rig.fcm.answerAll(Reply.silence());
            List<CompletableFuture<PushResponse>> open = pushes(rig, 100 + 400);
            assertThat(open).noneMatch(CompletableFuture::isDone);
            assertThat(rig.start("one-too-many"))
                    .isCompletedWithValueMatching(r -> r instanceof Unavailable u
                            && u.cause() == Unavailable.Cause.NOT_SENT
                            && u.reason().contains("in flight"));
            assertThat(open.subList(0, 100))
                    .allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Unknown.class));
            assertThat(open.subList(100, 500))
                    .allSatisfy(f -> assertThat(Rig.await(f)).isNotNull());
            rig.fcm.answerByShares();
            Rig.until("room again", () -> Rig.await(rig.start("later")) instanceof Accepted);
        }
    }

    @Test
    void aLostConnectionIsReplacedByOne() {
        try (Rig rig = Rig.start(s -> s.latency(Duration.ofMillis(5), Duration.ofMillis(10)), b -> b.connections(1))) {
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            rig.fcm.dropConnections(false);
            Rig.until("closed", () -> rig.fcm.traffic().openConnections() == 0);
            List<PushResponse> responses =
                    pushes(rig, 100).stream().map(Rig::await).toList();
            // The drop may be noticed only when something is written.
            assertThat(responses)
                    .allMatch(r -> r instanceof Accepted || r instanceof Unavailable || r instanceof Unknown);
            assertThat(pushes(rig, 100))
                    .allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            assertThat(rig.fcm.traffic().connections()).isBetween(2, 3);
        }
    }

    @Test
    void nobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Rig rig = Rig.start(
                s -> s,
                b -> b.baseUri(URI.create("https://localhost:" + port)).attemptTimeout(Duration.ofMinutes(1)))) {
            long start = System.nanoTime();
            assertThat(pushes(rig, 500))
                    .allSatisfy(f -> assertThat(Rig.await(f))
                            .isInstanceOfSatisfying(
                                    Unavailable.class,
                                    u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT)));
            assertThat(since(start)).isLessThan(Duration.ofSeconds(40));
        }
    }

    @Test
    void unknownHost() {
        try (Rig rig = Rig.start(
                s -> s, b -> b.baseUri(URI.create("https://fcm.invalid")).allowForeignHost(true))) {
            assertThat(rig.push(Rig.TOKEN))
                    .isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "no connection: UnknownHostException"));
        }
    }

    @Test
    void aStrangersCertificateIsRefused() {
        try (Rig trusted = Rig.start();
                Rig other = Rig.start(s -> s, b -> b.trustedCertificates(trusted.fcm.trustedCertificate()))) {
            assertThat(other.push(Rig.TOKEN))
                    .isEqualTo(new Unavailable(Unavailable.Cause.NOT_SENT, "no connection: SSLHandshakeException"));
            assertThat(other.fcm.traffic().requests()).isZero();
        }
    }

    /** A server that accepts TCP and says nothing: the handshake hangs. */
    @Test
    void aHandshakeThatHangsEndsWithTheAttemptAndIsSurelyUnsent() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Rig rig = Rig.start(
                        s -> s,
                        b -> b.baseUri(URI.create("https://localhost:" + mute.getLocalPort()))
                                .attemptTimeout(Duration.ofMillis(700)))) {
            long start = System.nanoTime();
            assertThat(pushes(rig, 50))
                    .allSatisfy(f -> assertThat(Rig.await(f))
                            .isInstanceOfSatisfying(
                                    Unavailable.class,
                                    u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT)));
            assertThat(since(start)).as("one after the other would take 35 s").isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void silenceEndsAsUnknownAndAnotherConnectionIsMade() {
        try (Rig rig = Rig.start(s -> s, b -> b.attemptTimeout(Duration.ofSeconds(5)))) {
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            rig.fcm.answerAll(Reply.silence());
            assertThat(pushes(rig, 50))
                    .allSatisfy(f -> assertThat(Rig.await(f))
                            .isInstanceOfSatisfying(
                                    Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT)));
            rig.fcm.answerByShares();
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            assertThat(rig.fcm.traffic().connections()).isEqualTo(2);
            Rig.until("the silent one is closed", () -> rig.fcm.traffic().openConnections() == 1);
        }
    }

    @Test
    void aConnectionThatAnswersOthersIsKept() {
        try (Rig rig = Rig.start(s -> s, b -> b.attemptTimeout(Duration.ofSeconds(4)))) {
            rig.fcm.script("mute", Reply.silence());
            assertThat(rig.push("warm-up")).isInstanceOf(Accepted.class);
            CompletableFuture<PushResponse> mute = rig.start("mute");
            Rig.until("the mute one was given up", () -> {
                assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
                return mute.isDone();
            });
            assertThat(mute.join()).isInstanceOf(Unknown.class);
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            assertThat(rig.fcm.traffic().connections()).isEqualTo(1);
        }
    }

    @Test
    void noSettingsFrame() {
        try (Rig rig =
                Rig.start(s -> s.withholdSettings(1), b -> b.connections(1).attemptTimeout(Duration.ofSeconds(2)))) {
            // OkHttp sends before it has heard what the server allows.
            assertThat(rig.push(Rig.TOKEN)).isInstanceOf(Rig.overHttp2() ? Unavailable.class : Unknown.class);
        }
    }
}
