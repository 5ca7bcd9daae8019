package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.notifykit.PushClient;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.device.Device;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.IdleEnd;
import dev.notifykit.testkit.fault.PlannedFault;
import dev.notifykit.testkit.journal.RecordedRequest;
import dev.notifykit.testkit.reply.Reply;
import dev.notifykit.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Faults between a client and APNs, over real sockets: what the host is told, held against what the simulator has accepted. The numbers
 * are those of {@code docs/faults.md}.
 */
class ApnsFaultsTest extends FaultScene {

    private static final Duration GRACE = Duration.ofMillis(400);

    private static final RetryPolicy QUICK = RetryPolicy.builder()
            .firstBackoff(Duration.ofMillis(20))
            .maxBackoff(Duration.ofMillis(200))
            .build();

    private PushClient client(ApnsPushService service) {
        return client(service, QUICK, generous().build());
    }

    private PushClient client(ApnsPushService service, RetryPolicy policy, LaneLimits limits, PushListener... others) {
        var builder = PushClient.builder()
                .app(Rig.APP, service)
                .limits(limits)
                .retryPolicy(policy)
                .listener(sends);
        for (PushListener other : others) {
            builder.listener(other);
        }
        return open(builder.build());
    }

    private static boolean unknown(PushResponse response, PushResponse.Unknown.Cause cause) {
        return response instanceof PushResponse.Unknown u && u.cause() == cause;
    }

    // ---- 12: GOAWAY, reset, silence

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goAwayMidFlight(boolean processed) throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(Rig.clientOf(apns).build());
        sendTo(client, 1);
        sends.ends();
        apns.answerAll(Reply.ok().after(Duration.ofMinutes(1)));
        sendTo(client, 200);
        Rig.until(() -> apns.traffic().inFlight() == 200);
        apns.answerByShares();
        apns.goAway(processed);
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 201L));
        // pushy closes at GOAWAY and never reads the answers that still come: each push may have arrived, and half of
        // the time it has.
        Rig.until(() -> apns.journal().accepted() == (processed ? 401 : 201));
        assertThat(sends.assertTrue(client, apns.journal())).isEqualTo(processed ? 200 : 0);
        assertThat(sends.allResponses(client).stream()
                        .filter(r -> unknown(r, PushResponse.Unknown.Cause.CONNECTION_LOST)))
                .hasSize(200);
    }

    @Test
    void aConnectionIsResetAroundARequest() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = proxyTo(apns);
        PushClient client = client(Rig.clientOf(apns).port(proxy.port()).build());
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
        assertThat(sends.allResponses(client))
                .filteredOn(PushResponse.Unknown.class::isInstance)
                .hasSize(2);
    }

    @Test
    void theOtherEndIsGoneWithoutAWord() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = proxyTo(apns);
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                PERSISTENT,
                // So many time-outs open the breaker as well.
                generous().breaker(0.5, SHORT).build());
        Rig.until(() -> Rig.await(sends.send(client, to(token(0)))) instanceof SendResult.Accepted);
        proxy.halfOpen();
        sendTo(client, 50);
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        assertThat(sends.allResponses(client)).anyMatch(r -> unknown(r, PushResponse.Unknown.Cause.TIMEOUT));
        assertThat(proxy.connections()).as("a new connection was made").isGreaterThan(1);
        sends.assertTrue(client, apns.journal());
    }

    @Test
    void aPushThatIsNeverAnswered() throws Exception {
        ApnsSimulator apns = simulator();
        apns.script(token(7), Reply.silence());
        apns.script(token(8), Reply.silence().accepting());
        RetryPolicy twice = RetryPolicy.builder()
                .maxAttempts(2)
                .firstBackoff(Duration.ofMillis(20))
                .build();
        PushClient client = client(
                Rig.clientOf(apns).attemptTimeout(SHORT).build(),
                twice,
                generous().build());
        sendTo(client, 20);
        Map<Kind, Long> ends = sends.ends();
        assertThat(ends.get(Kind.UNKNOWN)).isEqualTo(2);
        assertThat(ends.get(Kind.ACCEPTED)).isEqualTo(18);
        assertThat(sends.assertTrue(client, apns.journal())).isEqualTo(1);
    }

    @Test
    void apnsIsAwayForAWhile() throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = proxyTo(apns).refuseConnections();
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                PERSISTENT,
                generous().build());
        sendTo(client, 20);
        Rig.until(() -> sends.answered(PushResponse.Unavailable.class::isInstance));
        assertThat(sends.responses()).allMatch(PushResponse.Unavailable.class::isInstance);
        proxy.heal();
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 20L));
        assertThat(sends.assertTrue(client, apns.journal())).isZero();
    }

    // ---- 26: a connection that a network box has forgotten

    @ParameterizedTest
    @EnumSource
    void anIdleConnectionIsForgottenByTheNetwork(IdleEnd end) throws Exception {
        ApnsSimulator apns = simulator();
        FaultProxy proxy = proxyTo(apns);
        PushClient client = client(
                Rig.clientOf(apns).port(proxy.port()).attemptTimeout(SHORT).build(),
                PERSISTENT,
                generous().build());
        Rig.until(() -> Rig.await(sends.send(client, to(token(0)))) instanceof SendResult.Accepted);
        long before = proxy.connections();
        proxy.killIdle(Duration.ofMillis(1), end);
        // The next piece of data after a millisecond of quiet is lost; then the network is itself again. A push that
        // comes sooner, since something else has just gone by, arrives: then it is the next one.
        List<PushRequest> sent = new ArrayList<>();
        List<CompletableFuture<SendResult>> results = new ArrayList<>();
        Rig.until(() -> {
            boolean lost = proxy.traffic().bytesLost() > 0;
            if (!lost && results.stream().allMatch(CompletableFuture::isDone)) {
                sent.add(to(token(1 + sent.size())));
                results.add(sends.send(client, sent.get(sent.size() - 1)));
            }
            return lost;
        });
        proxy.killIdle(Duration.ofHours(1), end);
        for (CompletableFuture<SendResult> result : results) {
            assertThat(Rig.await(result)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(sent).allMatch(push -> apns.journal().count(push.id().toString()) > 0);
        assertThat(proxy.connections()).isGreaterThan(before);
        assertThat(sends.assertTrue(client, apns.journal()))
                .as("what was lost never arrived")
                .isZero();
    }

    // ---- 14: the credential

    @Test
    void aRevokedKeyPausesTheLaneAndCostsNothing() throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(
                Rig.clientOf(apns).build(),
                QUICK,
                generous().probeInterval(Duration.ofMillis(100)).build());
        apns.revokeKey(apns.signingKey());
        sendTo(client, 100);
        Rig.until(() -> client.lanes().state(LANE).paused().isPresent());
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(client.health().reasons()).anyMatch(reason -> reason.contains("InvalidProviderToken"));
        Rig.until(() -> client.lanes().state(LANE).inFlight() == 0);
        long asked = apns.traffic().requests();
        Rig.until(() -> apns.traffic().requests() > asked);
        assertThat(sends.responses()).noneMatch(PushResponse.Accepted.class::isInstance);
        apns.registerKey(apns.signingKey());
        assertThat(sends.ends()).containsExactly(Map.entry(Kind.ACCEPTED, 100L));
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
        assertThat(sends.assertTrue(client, apns.journal())).isZero();
    }

    // ---- 11: dead tokens

    @Test
    void aDeadTokenIsRemovedOnlyIfItIsOlderThanTheVerdictAndUnchanged() throws Exception {
        ApnsSimulator apns = simulator();
        Instant death = Instant.now().minus(Duration.ofDays(2));
        Instant earlier = death.minus(Duration.ofDays(1));
        Instant later = death.plus(Duration.ofDays(1));
        TimeSource clock = open(TimeSource.system());
        InMemoryDeviceStore devices = open(new InMemoryDeviceStore(clock));
        UserId anna = UserId.of("anna");
        Target old = Target.apns(Rig.APP, token(1));
        Target renewed = Target.apns(Rig.APP, token(2));
        Target moved = Target.apns(Rig.APP, token(3));
        devices.register(Device.builder(anna, old, earlier).build());
        devices.register(Device.builder(anna, renewed, later).build());
        devices.register(Device.builder(anna, moved, earlier).build());
        for (Target dead : List.of(old, renewed, moved)) {
            apns.script(dead.address(), Reply.unregistered(death));
        }
        Map<Target, TokenVerdict.Effect> effects = new ConcurrentHashMap<>();
        PushListener host = new PushListener() {
            @Override
            public void onTokenDead(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {
                if (target.equals(moved)) {
                    // Between the send and the verdict the app has registered the same token anew, for somebody else.
                    devices.register(Device.builder(UserId.of("bert"), moved, Instant.now())
                            .build());
                }
                devices.verdict(new TokenVerdict(target, response.invalidSince(), attemptAt))
                        .thenAccept(effect -> effects.put(target, effect));
            }
        };
        PushClient client = client(Rig.clientOf(apns).build(), QUICK, generous().build(), host);
        for (Target each : List.of(old, renewed, moved)) {
            SendResult result = Rig.await(sends.send(client, to(each.address())));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            SendResult.TokenInvalid.class,
                            dead -> assertThat(dead.invalidSince()).isEqualTo(death.truncatedTo(ChronoUnit.MILLIS)));
        }
        sends.assertTrue(client, apns.journal());
        // What the lane still holds back of verdicts is told when it is closed, at the latest.
        client.close();
        assertThat(effects)
                .containsOnly(
                        Map.entry(old, TokenVerdict.Effect.REMOVED),
                        Map.entry(renewed, TokenVerdict.Effect.KEPT),
                        Map.entry(moved, TokenVerdict.Effect.KEPT));
        assertThat(devices.devicesOf(anna).toCompletableFuture().join())
                .extracting(Device::target)
                .containsExactly(renewed);
        assertThat(devices.devicesOf(UserId.of("bert")).toCompletableFuture().join())
                .extracting(Device::target)
                .containsExactly(moved);
    }

    // ---- 17 and 18: what is wrong never leaves

    @Test
    void limitsAreExactInBytes() throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(Rig.clientOf(apns).build());
        long fine = 0;
        for (PushType type : List.of(PushType.ALERT, PushType.VOIP)) {
            for (String letter : List.of("x", "é", "\ud83d\ude00", "\u0000")) {
                int limit = type.maxPayloadBytes();
                int most = largest(client, type, letter, limit);
                assertThat(Rig.await(sends.send(client, filled(type, letter, most))))
                        .isInstanceOf(SendResult.Accepted.class);
                String body = apns.requests().get(apns.requests().size() - 1).body();
                int bytes = body.getBytes(StandardCharsets.UTF_8).length;
                assertThat(bytes).isEqualTo(limit);
                fine++;
                assertRejected(client, filled(type, letter, most + 1), "PAYLOAD_TOO_LARGE", "notification");
            }
        }
        assertRejected(client, alert(b -> b.body("cut \ud83d")), "INVALID_TEXT", "body");
        assertRejected(client, alert(b -> b.data("half", "\ude00")), "INVALID_TEXT", "data");
        assertRejected(client, alert(b -> b.data("huge", "x".repeat(2_000_000))), "PAYLOAD_TOO_LARGE", "notification");
        // A cycle cannot be said: data are text by text. Nor can a number that is none:
        assertThatThrownBy(
                        () -> ApnsOptions.builder().relevanceScore(Double.NaN).build())
                .hasMessageContaining("relevanceScore");
        sends.assertTrue(client, apns.journal());
        assertThat(apns.traffic().requests()).isEqualTo(fine);
    }

    private static PushRequest alert(UnaryOperator<Notification.Builder> change) {
        return PushRequest.of(
                Target.apns(Rig.APP, Rig.TOKEN),
                change.apply(Notification.builder().title("t")).build());
    }

    /** Letters first, then as many single bytes as are left. */
    private static PushRequest filled(PushType type, String letter, int bytes) {
        int each = letter.equals("\u0000") ? 6 : letter.getBytes(StandardCharsets.UTF_8).length;
        String text = letter.repeat(bytes / each) + "x".repeat(bytes % each);
        return PushRequest.of(
                Target.apns(Rig.APP, Rig.TOKEN),
                Notification.builder()
                        .body(text)
                        .options(ApnsOptions.builder().pushType(type).build())
                        .build());
    }

    /** What the frame around the text takes, found from what is said of a text that is too large. */
    private int largest(PushClient client, PushType type, String letter, int limit) {
        String said = ((SendResult.Rejected) Rig.await(sends.send(client, filled(type, letter, 2 * limit)))).detail();
        int bytes = Integer.parseInt(said.replaceFirst("\\D*(\\d+) bytes.*", "$1"));
        return limit - (bytes - 2 * limit);
    }

    private void assertRejected(PushClient client, PushRequest request, String reason, String field) {
        assertThat(Rig.await(sends.send(client, request)))
                .isInstanceOfSatisfying(SendResult.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(reason);
                    assertThat(rejected.detail()).startsWith(field);
                });
    }

    @Test
    void hostileTokensReachNeitherPathNorLog() throws Exception {
        ApnsSimulator apns = simulator();
        PushClient client = client(Rig.clientOf(apns).build());
        List<String> hostile = List.of(
                "../../4/broadcasts",
                "abcd/../../../evil",
                "abcd\r\napns-topic: evil",
                "abcd\nevil",
                "abcd?evil=1",
                "abcd#evil",
                "%2e%2e%2fevil",
                "\ud83d\ude00evil",
                "abcd\u0000evil",
                "e".repeat(Target.MAX_ADDRESS_LENGTH - 4) + "evil");
        Map<String, String> normal = new HashMap<>();
        normal.put(Rig.TOKEN.toUpperCase(Locale.ROOT), Rig.TOKEN);
        normal.put("<" + Rig.TOKEN.substring(0, 8) + " " + Rig.TOKEN.substring(8) + ">", Rig.TOKEN);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.notifykit");
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.TRACE);
        try {
            for (String token : hostile) {
                assertThat(Rig.await(sends.send(client, to(token))))
                        .isInstanceOfSatisfying(
                                SendResult.Rejected.class,
                                rejected -> assertThat(rejected.toString()).doesNotContain("evil", token));
            }
            for (String token : normal.keySet()) {
                assertThat(Rig.await(sends.send(client, to(token)))).isInstanceOf(SendResult.Accepted.class);
            }
            assertThatThrownBy(() -> Target.apns(Rig.APP, "ab".repeat(5_000_000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("abab");
            sends.assertTrue(client, apns.journal());
            client.close();
        } finally {
            ours.setLevel(null);
            root.detachAppender(log);
        }
        assertThat(apns.requests())
                .extracting(RecordedRequest::path)
                .containsExactly("/3/device/" + Rig.TOKEN, "/3/device/" + Rig.TOKEN);
        assertThat(log.list)
                .noneSatisfy(event -> assertThat(event.getFormattedMessage()
                                + (event.getThrowableProxy() == null
                                        ? ""
                                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                        .containsAnyOf("evil", Rig.TOKEN));
    }

    // ---- 23: closing

    @Test
    void closingUnderLoadTellsTheTruthOfEverySend() throws Exception {
        ApnsSimulator apns = open(ApnsSimulator.builder()
                .latency(Duration.ofMillis(50), Duration.ofMillis(150))
                .start());
        apns.script(token(30), Reply.silence());
        apns.script(token(31), Reply.silence().accepting());
        PushClient client = client(
                Rig.clientOf(apns).build(), QUICK, generous().maxInFlight(40).build());
        sendTo(client, 3_000);
        CompletableFuture<CloseReport> fromCallback = sends.send(client, to(token(5_000)))
                .thenApply(result -> client.close(GRACE)); // ends only with the close, which it must not wait for
        Rig.until(() -> apns.journal().accepted() > 100);
        CompletableFuture<CloseReport> other = CompletableFuture.supplyAsync(() -> client.close(GRACE));
        CloseReport report = client.close(GRACE);
        assertThat(Rig.await(other)).isSameAs(report);
        assertThat(Rig.await(fromCallback)).isSameAs(report);

        assertThatThrownBy(() -> client.send(to(token(1)))).isInstanceOf(NotAdmittedException.class);
        Map<Kind, Long> ends = sends.ends();
        assertThat(ends).containsOnlyKeys(Kind.ACCEPTED, Kind.NOT_SENT, Kind.UNKNOWN);
        assertThat(report.notSent()).isEqualTo(ends.get(Kind.NOT_SENT)).isPositive();
        assertThat(report.unknown()).isEqualTo(ends.get(Kind.UNKNOWN)).isPositive();
        sends.assertTrue(client, apns.journal());
    }
}
