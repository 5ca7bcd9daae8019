package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults between a client and APNs on our own wire: what the host is told, held against what the simulator has accepted. */
@Timeout(300)
class Http2WireFaultsTest {

    private static final LaneKey LANE = LaneKey.of(Rig.APP, ProviderId.APNS);

    /** The attempt timeout where something is never answered: longer than a machine stands still. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    /** More than any frame that is no push. */
    private static final int PUSH = 150;

    /** Until the test says that all is well again. */
    private static final RetryPolicy PERSISTENT = RetryPolicy.builder()
            .maxAttempts(10_000)
            .firstBackoff(Duration.ofMillis(20))
            .maxBackoff(Duration.ofMillis(200))
            .build();

    private final Sends sends = new Sends();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Set<Thread> threadsBefore = Set.of();

    @BeforeEach
    void notesThreads() {
        threadsBefore = ourThreads();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        Rig.until(() -> threadsBefore.containsAll(ourThreads()));
    }

    private static Set<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("notify-"))
                .collect(Collectors.toSet());
    }

    /** Closed after the test, the last one first. */
    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private ApnsSimulator simulator() {
        return open(ApnsSimulator.builder().recordRequests(100).start());
    }

    private static LaneLimits.Builder generous() {
        return LaneLimits.builder().retryBudget(1, 1_000);
    }

    private PushClient client(ApnsPushService service, LaneLimits limits) {
        return open(PushClient.builder()
                .app(Rig.APP, new OwnWire(service))
                .limits(limits)
                .retryPolicy(PERSISTENT)
                .listener(sends)
                .build());
    }

    private static PushRequest to(int device) {
        return PushRequest.of(Target.apns(Rig.APP, "%064x".formatted(device + 1)), Notification.alert("Goal", "1:0"));
    }

    private void sendTo(PushClient client, int count) {
        IntStream.range(0, count).forEach(i -> sends.send(client, to(i)));
    }

    /** Unlike pushy, it reads the answers that come after a GOAWAY, and knows what was not looked at. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goAwayMidFlight(boolean processed) throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(Rig.clientOf(apns).build(), generous().build());
        sendTo(client, 1);
        sends.ends();
        apns.answerAll(Reply.ok().after(SHORT));
        sendTo(client, 200);
        Rig.until(() -> apns.traffic().inFlight() == 200);
        apns.answerByShares();
        apns.goAway(processed);
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 201L));
        assertThat(sends.assertTrue(client, apns.journal())).as("duplicates").isZero();
        assertThat(apns.journal().accepted()).isEqualTo(201);
        assertThat(sends.allResponses(client)).noneMatch(Unknown.class::isInstance);
    }

    @Test
    void aConnectionIsResetAroundARequest() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = open(FaultProxy.to(apns.host(), apns.port()).start());
        PushClient client =
                client(Rig.clientOf(apns).port(proxy.port()).build(), generous().build());
        sendTo(client, 1);
        sends.ends();

        PlannedFault after = proxy.nextRequest().ofAtLeast(PUSH).resetAfter();
        PushRequest accepted = to(1);
        assertThat(Rig.await(sends.send(client, accepted))).isInstanceOf(SendResult.Accepted.class);
        assertThat(after.applied()).isEqualTo(1);
        assertThat(apns.journal().count(accepted.id().toString()))
                .as("accepted, lost, sent again")
                .isEqualTo(2);

        PlannedFault before = proxy.nextRequest().ofAtLeast(PUSH).resetBefore();
        PushRequest never = to(2);
        assertThat(Rig.await(sends.send(client, never))).isInstanceOf(SendResult.Accepted.class);
        assertThat(before.applied()).isEqualTo(1);
        assertThat(apns.journal().count(never.id().toString())).isEqualTo(1);
        assertThat(sends.assertTrue(client, apns.journal())).isEqualTo(1);
    }

    @Test
    void theOtherEndIsGoneWithoutAWord() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = open(FaultProxy.to(apns.host(), apns.port()).start());
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                // So many time-outs open the breaker as well.
                generous().breaker(0.5, SHORT).build());
        Rig.until(() -> Rig.await(sends.send(client, to(0))) instanceof SendResult.Accepted);
        proxy.halfOpen();
        sendTo(client, 50);
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        assertThat(sends.allResponses(client)).anyMatch(Http2WireFaultsTest::timedOut);
        assertThat(proxy.connections()).as("a new connection was made").isGreaterThan(1);
        sends.assertTrue(client, apns.journal());
    }

    private static boolean timedOut(PushResponse response) {
        return response instanceof Unknown u && u.cause() == Unknown.Cause.TIMEOUT;
    }

    @Test
    void apnsIsAwayForAWhile() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = open(FaultProxy.to(apns.host(), apns.port()).start()).refuseConnections();
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                generous().build());
        sendTo(client, 20);
        Rig.until(() -> sends.answered(PushResponse.Unavailable.class::isInstance));
        assertThat(sends.responses()).allMatch(PushResponse.Unavailable.class::isInstance);
        proxy.heal();
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 20L));
        assertThat(sends.assertTrue(client, apns.journal())).isZero();
    }

    @Test
    void aRevokedKeyPausesTheLaneAndCostsNothing() throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(
                Rig.clientOf(apns).build(),
                generous().probeInterval(Duration.ofMillis(100)).build());
        apns.revokeKey(apns.signingKey());
        sendTo(client, 100);
        Rig.until(() -> client.lanes().state(LANE).paused().isPresent());
        Rig.until(() -> client.lanes().state(LANE).inFlight() == 0);
        long asked = apns.traffic().requests();
        Rig.until(() -> apns.traffic().requests() > asked);
        assertThat(sends.responses()).noneMatch(PushResponse.Accepted.class::isInstance);
        apns.registerKey(apns.signingKey());
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 100L));
        assertThat(sends.assertTrue(client, apns.journal())).isZero();
    }

    /** All that is in flight meets the same fate; once is enough for a new token. */
    @Test
    void aTokenThatIsTooOldIsReplacedOnceForAll() throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(
                Rig.clientOf(apns).build(),
                generous().probeInterval(Duration.ofMillis(100)).build());
        sendTo(client, 1);
        sends.ends();
        Reply.Answer tooOld = Reply.status(403, "ExpiredProviderToken");
        for (int i = 0; i < 100; i++) {
            apns.script(to(i).target().address(), tooOld.after(SHORT), Reply.ok());
        }
        sendTo(client, 100);
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 101L));
        assertThat(sends.assertTrue(client, apns.journal())).isZero();
        assertThat(sends.allResponses(client))
                .filteredOn(Http2WireFaultsTest::stale)
                .isNotEmpty();
        assertThat(sends.responses())
                // The latter for those that a slow machine sends only after the first answers.
                .allMatch(r -> r instanceof PushResponse.Accepted || stale(r) || r instanceof Misconfigured);
        assertThat(apns.requests().stream().map(r -> r.header("authorization")).distinct())
                .hasSizeLessThanOrEqualTo(2);
    }

    private static boolean stale(PushResponse response) {
        return response instanceof PushResponse.Unavailable u
                && u.cause() == PushResponse.Unavailable.Cause.CREDENTIAL_STALE;
    }
}
