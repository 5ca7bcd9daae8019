package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.reply.Reply;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What HTTP/2 lets happen to many requests at once, on the whole road: lane and retry on top, real sockets below. What the host is told is held
 * against what the simulator has accepted, id by id; both transports promise that. Where one promises more, it says so.
 */
@Timeout(300)
class WireFaultsTest {

    private static final String APP = "com.acme.app";
    private static final LaneKey LANE = LaneKey.of(APP, ProviderId.FCM);

    /** The attempt timeout where something is never answered: longer than a machine stands still. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static final long MEGABYTE = 1 << 20;

    private static final TestServiceAccount ACCOUNT = TestServiceAccount.create("wire");

    private final Sends sends = new Sends();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closesAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Closed after the test, the last one first. */
    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private FcmSimulator simulator(FcmSimulator.Builder builder) {
        return open(builder.serviceAccount(ACCOUNT).start());
    }

    private static FcmPushService.Builder service(FcmSimulator fcm) {
        return Rig.pointedAt(fcm).minimumBackoff(Duration.ofMillis(20));
    }

    /** It goes on until the network is well. */
    private PushClient client(FcmPushService service) {
        return open(PushClient.builder()
                .app(APP, service)
                .limits(LaneLimits.builder()
                        .retryBudget(1, 1_000)
                        .breaker(0.5, Duration.ofMillis(200))
                        .build())
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(10_000)
                        .firstBackoff(Duration.ofMillis(20))
                        .maxBackoff(Duration.ofMillis(200))
                        .build())
                .listener(sends)
                .build());
    }

    private void send(PushClient client, int count, String text) {
        for (int i = 0; i < count; i++) {
            CompletableFuture<SendResult> unused =
                    sends.send(client, PushRequest.of(Target.fcm(APP, "token-" + i), Notification.alert("Goal", text)));
        }
    }

    private void warmUp(PushClient client) {
        send(client, 1, "warm");
        sends.ends();
    }

    /** Those at or below the last stream are answered, the others are surely unsent: nobody has to guess. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goAwayWithFiveHundredInFlight(boolean processed) {
        FcmSimulator fcm = simulator(FcmSimulator.builder());
        PushClient client =
                client(service(fcm).attemptTimeout(Duration.ofMinutes(2)).build());
        warmUp(client);
        fcm.answerAll(Reply.ok().after(Duration.ofSeconds(processed ? 8 : 100)));
        send(client, 500, "1:0");
        Rig.until("all are in flight", () -> fcm.traffic().inFlight() == 500);
        fcm.answerByShares();
        assertThat(fcm.traffic().openConnections()).isEqualTo(5);
        fcm.goAway(processed);

        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        sends.allResponses(client);
        assertThat(sends.unknown()).isZero();
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
        assertThat(fcm.traffic().requests()).isEqualTo(processed ? 501 : 1_001);
    }

    /** Every second time what was in flight has arrived, and nobody hears of it: those are the duplicates, and they are reported. */
    @Test
    void connectionsAreKilledEveryTwoHundredRequests() {
        FcmSimulator fcm = simulator(FcmSimulator.builder());
        int kills = 20;
        for (int i = 0; i < kills; i++) {
            fcm.script(
                    "token-" + (200 * i + 100),
                    i % 2 == 0 ? Reply.drop() : Reply.drop().accepting(),
                    Reply.ok());
        }
        PushClient client = client(service(fcm).connections(2).build());
        send(client, 200 * kills, "1:0");

        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        assertThat(sends.assertTrue(client, fcm.journal())).isBetween(kills / 2L, sends.unknown());
        assertThat(fcm.traffic().replies().get("drop")).isEqualTo(kills);
        // Of several that are killed together one connection may be replaced by none.
        assertThat(fcm.traffic().connections()).isBetween(kills / 2, 3 * kills);
    }

    @Test
    void aServerThatNeverSaysItsSettings() {
        FcmSimulator fcm = simulator(FcmSimulator.builder().withholdSettings(1));
        PushClient client =
                client(service(fcm).connections(1).attemptTimeout(SHORT).build());
        send(client, 50, "1:0");

        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        sends.assertTrue(client, fcm.journal());
        if (Rig.overHttp2()) {
            // OkHttp sends before it has heard what the server allows, and cannot know what became of it.
            sends.allResponses(client);
            assertThat(sends.unknown()).isZero();
            assertThat(fcm.traffic().connections()).isEqualTo(2);
        }
    }

    @Test
    void aLimitOfStreamsIsLoweredToOneAndRaisedAgain() {
        FcmSimulator fcm = simulator(FcmSimulator.builder());
        fcm.answerAll(Reply.ok().after(Duration.ofMillis(300)));
        PushClient client = client(service(fcm).connections(2).build());
        send(client, 2_000, "1:0");
        Rig.until("many are in flight", () -> fcm.traffic().inFlight() > 100);
        fcm.maxConcurrentStreams(1);
        if (Rig.overHttp2()) {
            // OkHttp opens a connection for each that finds no stream, and may lose some that cross the new limit.
            Rig.until("one at a time on each connection", () -> fcm.traffic().inFlight() <= 2);
        }
        long before = fcm.journal().accepted();
        Rig.until("it goes on", () -> fcm.journal().accepted() > before + 10);
        fcm.maxConcurrentStreams(100);
        Rig.until(
                "many are in flight again",
                () -> fcm.traffic().inFlight() > 50 || fcm.journal().accepted() == 2_000);

        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        long duplicates = sends.assertTrue(client, fcm.journal());
        if (Rig.overHttp2()) {
            sends.allResponses(client);
            assertThat(sends.unknown()).isZero();
            assertThat(duplicates).isZero();
            assertThat(fcm.traffic().connections()).isEqualTo(2);
        }
    }

    /** Nothing is read any more, then all of it: what waits is no more than what may be in flight. */
    @Test
    void aServerThatStopsReadingAndGoesOn() {
        FcmSimulator fcm = simulator(FcmSimulator.builder());
        FaultProxy proxy = open(FaultProxy.to(fcm.host(), fcm.port()).start());
        PushClient client = client(service(fcm)
                .baseUri(proxy.uri())
                .connections(2)
                .attemptTimeout(SHORT)
                .build());
        warmUp(client);
        long buffersBefore = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        proxy.stall();
        send(client, 5_000, "x".repeat(3_000));
        // Most of them are not even written: the server's window of 64 KB is full before.
        Rig.until("attempts end without an answer", () -> sends.unknown() >= 10);
        assertThat(client.lanes().state(LANE).inFlight()).isLessThanOrEqualTo(200);
        if (Rig.overHttp2()) {
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - buffersBefore)
                    .isLessThan(64 * MEGABYTE);
        }
        assertThat(fcm.journal().accepted()).isLessThan(200);
        proxy.heal();

        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        sends.assertTrue(client, fcm.journal());
    }
}
