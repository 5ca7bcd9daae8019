package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults between a client and APNs on our own wire: what the host is told, held against what the simulator has accepted. */
class Http2WireFaultsTest extends FaultScene {

    private PushClient client(ApnsPushService service, LaneLimits limits) {
        return open(PushClient.builder()
                .app(Rig.APP, new OwnWire(service))
                .limits(limits)
                .retryPolicy(PERSISTENT)
                .listener(sends)
                .build());
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
        FaultProxy proxy = proxyTo(apns);
        PushClient client =
                client(Rig.clientOf(apns).port(proxy.port()).build(), generous().build());
        sendTo(client, 1);
        sends.ends();

        PlannedFault after = proxy.nextRequest().ofAtLeast(PUSH).resetAfter();
        PushRequest accepted = to(token(1));
        assertThat(Rig.await(sends.send(client, accepted))).isInstanceOf(SendResult.Accepted.class);
        assertThat(after.applied()).isEqualTo(1);
        assertThat(apns.journal().count(accepted.id().toString()))
                .as("accepted, lost, sent again")
                .isEqualTo(2);

        PlannedFault before = proxy.nextRequest().ofAtLeast(PUSH).resetBefore();
        PushRequest never = to(token(2));
        assertThat(Rig.await(sends.send(client, never))).isInstanceOf(SendResult.Accepted.class);
        assertThat(before.applied()).isEqualTo(1);
        assertThat(apns.journal().count(never.id().toString())).isEqualTo(1);
        assertThat(sends.assertTrue(client, apns.journal())).isEqualTo(1);
    }

    @Test
    void theOtherEndIsGoneWithoutAWord() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = proxyTo(apns);
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                // So many time-outs open the breaker as well.
                generous().breaker(0.5, SHORT).build());
        Rig.until(() -> Rig.await(sends.send(client, to(token(0)))) instanceof SendResult.Accepted);
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
        FaultProxy proxy = proxyTo(apns).refuseConnections();
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
            apns.script(to(token(i)).target().address(), tooOld.after(SHORT), Reply.ok());
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
