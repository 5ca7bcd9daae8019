package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.observe.Health;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import dev.notifykit.testkit.FcmReplies;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.IdleEnd;
import dev.notifykit.testkit.fault.PlannedFault;
import dev.notifykit.testkit.reply.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults between a client and FCM, over real sockets: what the host is told, held against what the simulator has accepted. The numbers
 * are those of {@code docs/faults.md}.
 */
@Timeout(300)
class FcmFaultsTest {

    private static final String APP = "com.acme.app";
    private static final LaneKey LANE = LaneKey.of(APP, ProviderId.FCM);
    private static final LaneKey OTHER = LaneKey.of(APP, ProviderId.APNS);
    /** The attempt timeout where something is never answered: longer than a machine stands still. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    /** More than any frame that is no message. */
    private static final int MESSAGE = 150;

    /** RSA keys are dear, and any will do. */
    private static final TestServiceAccount ACCOUNT = TestServiceAccount.create("faults");

    private static final RetryPolicy QUICK = RetryPolicy.builder()
            .firstBackoff(Duration.ofMillis(20))
            .maxBackoff(Duration.ofMillis(200))
            .build();

    /** For a network that comes back when the test says so, and not before. */
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
        Rig.until("all threads have ended", () -> threadsBefore.containsAll(ourThreads()));
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

    private FcmSimulator simulator() {
        return open(FcmSimulator.builder()
                .serviceAccount(ACCOUNT)
                .recordRequests(100)
                .start());
    }

    private FaultProxy proxyTo(FcmSimulator fcm) {
        return open(FaultProxy.to(fcm.host(), fcm.port()).start());
    }

    /** A service that comes back soon after an error, where FCM asks for ten seconds. */
    private static FcmPushService.Builder impatient(FcmSimulator fcm) {
        return Rig.pointedAt(fcm).minimumBackoff(Duration.ofMillis(20));
    }

    private static LaneLimits.Builder generous() {
        return LaneLimits.builder().retryBudget(1, 1_000).breaker(0.5, Duration.ofMillis(200));
    }

    private PushClient client(FcmPushService service) {
        return client(service, generous().build());
    }

    private PushClient client(FcmPushService service, LaneLimits limits) {
        return client(service, QUICK, limits);
    }

    private PushClient client(FcmPushService service, RetryPolicy policy, LaneLimits limits) {
        return open(PushClient.builder()
                .app(APP, service)
                .limits(limits)
                .retryPolicy(policy)
                .listener(sends)
                .build());
    }

    private static PushRequest to(String token) {
        return PushRequest.of(Target.fcm(APP, token), Notification.alert("Goal", "1:0"));
    }

    private void sendTo(PushClient client, int count) {
        IntStream.range(0, count).forEach(i -> sends.send(client, to("token-" + i)));
    }

    private SendResult result(CompletableFuture<SendResult> future) {
        Rig.until("the send has ended", future::isDone);
        return future.join();
    }

    private void warmUp(PushClient client) {
        Rig.until(
                "there is a connection",
                () -> result(sends.send(client, to("warm-up"))) instanceof SendResult.Accepted);
    }

    // ---- 12: GOAWAY, reset, silence

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goAwayMidFlight(boolean processed) {
        FcmSimulator fcm = simulator();
        PushClient client = client(impatient(fcm).connections(2).build());
        warmUp(client);
        fcm.answerAll(Reply.ok().after(Duration.ofSeconds(4)));
        sendTo(client, 150);
        Rig.until("all are in flight", () -> fcm.traffic().inFlight() == 150);
        fcm.answerByShares();
        fcm.goAway(processed);
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        // OkHttp reads the answers that come after a GOAWAY, and knows which requests were refused by it.
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
    }

    @Test
    void aConnectionIsResetAroundARequest() {
        FcmSimulator fcm = simulator();
        FaultProxy proxy = proxyTo(fcm);
        PushClient client = client(impatient(fcm).baseUri(proxy.uri()).build());
        warmUp(client);
        PlannedFault after = proxy.nextRequest().ofAtLeast(MESSAGE).resetAfter();
        PushRequest accepted = to("accepted");
        assertThat(result(sends.send(client, accepted))).isInstanceOf(SendResult.Accepted.class);
        assertThat(after.applied()).isEqualTo(1);
        assertThat(fcm.journal().count(accepted.id().toString()))
                .as("accepted, lost, sent again")
                .isEqualTo(2);
        PlannedFault before = proxy.nextRequest().ofAtLeast(MESSAGE).resetBefore();
        PushRequest never = to("never");
        assertThat(result(sends.send(client, never))).isInstanceOf(SendResult.Accepted.class);
        assertThat(before.applied()).isEqualTo(1);
        assertThat(fcm.journal().count(never.id().toString())).isEqualTo(1);
        assertThat(sends.assertTrue(client, fcm.journal())).isEqualTo(1);
        assertThat(sends.allResponses(client))
                .filteredOn(PushResponse.Unknown.class::isInstance)
                .hasSize(2);
    }

    @Test
    void theOtherEndIsGoneWithoutAWord() {
        FcmSimulator fcm = simulator();
        FaultProxy proxy = proxyTo(fcm);
        PushClient client = client(impatient(fcm)
                .baseUri(proxy.uri())
                .connections(3)
                .attemptTimeout(SHORT)
                .build());
        warmUp(client);
        fcm.answerAll(Reply.ok().after(Duration.ofMillis(300)));
        sendTo(client, 130);
        Rig.until("several connections are open", () -> proxy.openConnections() >= 2);
        sends.ends();
        fcm.answerByShares();
        sends.allResponses(client);
        long unknown = sends.unknown();
        proxy.halfOpen();
        assertThat(result(sends.send(client, to("alone")))).isInstanceOf(SendResult.Accepted.class);
        Rig.until("one attempt was lost, none on the others of before", () -> sends.unknown() == unknown + 1);
        sendTo(client, 50);
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        sends.allResponses(client);
        assertThat(sends.unknown()).isEqualTo(unknown + 1);
        sends.assertTrue(client, fcm.journal());
    }

    @Test
    void aMessageThatIsNeverAnswered() {
        FcmSimulator fcm = simulator();
        fcm.script("token-7", Reply.silence());
        fcm.script("token-8", Reply.silence().accepting());
        PushClient client = open(PushClient.builder()
                .app(APP, impatient(fcm).attemptTimeout(SHORT).build())
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .firstBackoff(Duration.ofMillis(20))
                        .build())
                .listener(sends)
                .build());
        warmUp(client);
        sendTo(client, 20);
        Map<Kind, Long> ends = sends.ends();
        assertThat(ends.get(Kind.UNKNOWN)).isEqualTo(2);
        assertThat(ends).containsOnlyKeys(Kind.UNKNOWN, Kind.ACCEPTED);
        assertThat(sends.assertTrue(client, fcm.journal())).isEqualTo(1);
    }

    // ---- 26: a connection that a network box has forgotten

    @ParameterizedTest
    @EnumSource
    void anIdleConnectionIsForgottenByTheNetwork(IdleEnd end) {
        FcmSimulator fcm = simulator();
        FaultProxy proxy = proxyTo(fcm);
        PushClient client = client(
                impatient(fcm).baseUri(proxy.uri()).attemptTimeout(SHORT).build(),
                PERSISTENT,
                generous().build());
        warmUp(client);
        long before = proxy.connections();
        proxy.killIdle(Duration.ofMillis(1), end);
        // A push that comes within a millisecond of something else arrives: then the next one is lost.
        List<PushRequest> sent = new ArrayList<>();
        List<CompletableFuture<SendResult>> results = new ArrayList<>();
        Rig.until("the connection was used and found dead", () -> {
            boolean lost = proxy.traffic().bytesLost() > 0;
            if (!lost && results.stream().allMatch(CompletableFuture::isDone)) {
                sent.add(to("push-" + sent.size()));
                results.add(sends.send(client, sent.get(sent.size() - 1)));
            }
            return lost;
        });
        proxy.killIdle(Duration.ofHours(1), end);
        results.forEach(result -> assertThat(result(result)).isInstanceOf(SendResult.Accepted.class));
        assertThat(sent).allMatch(push -> fcm.journal().count(push.id().toString()) > 0);
        assertThat(proxy.connections()).isGreaterThan(before);
        assertThat(sends.assertTrue(client, fcm.journal()))
                .as("what was lost never arrived")
                .isZero();
    }

    // ---- 13: Retry-After

    static Stream<Arguments> retryAfters() {
        Duration cap = RetryPolicy.DEFAULT_MAX_RETRY_AFTER;
        return Stream.of(
                Arguments.of("30", Duration.ofSeconds(30)),
                Arguments.of("in five minutes", Duration.ofMinutes(5)),
                Arguments.of("0", FcmPushService.DEFAULT_MINIMUM_BACKOFF),
                Arguments.of("1000000000", cap),
                Arguments.of("99999999999999999999", cap),
                Arguments.of("soon", ResponseTable.QUOTA_BACKOFF),
                Arguments.of("-1", ResponseTable.QUOTA_BACKOFF));
    }

    /** The client's clock stands still: how long it waits is how far the clock must be moved. */
    @ParameterizedTest
    @MethodSource("retryAfters")
    void aThrottledLaneWaitsAsLongAsItIsAskedTo(String header, Duration wait) {
        FcmSimulator fcm = simulator();
        ManualTime time = ManualTime.create();
        FakePushService apns = FakePushService.create(ProviderId.APNS);
        PushClient client = open(PushClient.builder()
                .app(APP, Rig.pointedAt(fcm).build(), apns)
                .retryPolicy(RetryPolicy.builder()
                        .firstBackoff(Duration.ofMillis(1))
                        .totalDeadline(Duration.ofHours(5))
                        .build())
                .timeSource(time)
                .listener(sends)
                .build());
        String value = header.startsWith("in")
                ? DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().plus(wait).atOffset(ZoneOffset.UTC))
                : header;
        fcm.script("quota", FcmReplies.projectQuotaExceeded(fcm.projectId()).retryAfter(value), Reply.ok());
        CompletableFuture<SendResult> throttled = sends.send(client, to("quota"));
        Rig.until("it was throttled", () -> client.lanes().state(LANE).backingOff() == 1);
        CompletableFuture<SendResult> behind = sends.send(client, to("behind"));
        Rig.until("the lane waits", () -> client.lanes().state(LANE).waitingUrgent() == 1);

        // A minute of real time may pass on the way from the simulator's answer to a date.
        Duration tolerance = header.startsWith("in") ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
        time.advance(wait.minus(tolerance));
        assertThat(result(client.send(PushRequest.of(Target.apns(APP, "ab"), Notification.alert("a", "b")))))
                .as("the other lane does not wait")
                .isInstanceOf(SendResult.Accepted.class);
        assertThat(client.lanes().state(OTHER).attempts()).isEqualTo(1);
        assertThat(throttled).isNotDone();
        assertThat(behind).isNotDone();
        assertThat(fcm.traffic().requests()).isEqualTo(1);

        time.advance(tolerance.plusSeconds(1));
        assertThat(result(throttled)).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(behind)).isInstanceOf(SendResult.Accepted.class);
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
    }

    // ---- 14: credentials

    @Test
    void aMissingPermissionPausesTheLaneAndCostsNothing() {
        FcmSimulator fcm = simulator();
        fcm.answerAll(FcmReplies.withoutFcmError(403, "PERMISSION_DENIED", "Permission denied"));
        PushClient client = client(
                impatient(fcm).build(),
                generous().probeInterval(Duration.ofMillis(100)).build());
        holdsEverythingUntil(client, fcm, "PERMISSION_DENIED", fcm::answerByShares);
    }

    /** Google has revoked the account's tokens and gives out no more; then somebody puts the key right. */
    @Test
    void anExpiredKeyPausesTheLaneAndCostsNothing() {
        FcmSimulator fcm = simulator();
        PushClient client = client(
                impatient(fcm).build(),
                generous().probeInterval(Duration.ofMillis(100)).build());
        warmUp(client);
        fcm.tokenEndpoint().fail(400, "invalid_grant", 1_000_000);
        fcm.tokenEndpoint().revokeAll();
        holdsEverythingUntil(
                client, fcm, "invalid_grant", () -> fcm.tokenEndpoint().fail(400, "invalid_grant", 0));
    }

    private void holdsEverythingUntil(PushClient client, FcmSimulator fcm, String reason, Runnable healing) {
        long before = fcm.journal().accepted();
        sendTo(client, 100);
        Rig.until(
                "the lane is paused", () -> client.lanes().state(LANE).paused().isPresent());
        assertThat(client.lanes().state(LANE).paused().orElseThrow()).containsIgnoringCase(reason);
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(client.health().reasons()).anyMatch(text -> text.contains("paused"));
        long attempts = client.lanes().state(LANE).attempts();
        Rig.until(
                "a probe was made",
                () -> client.lanes().state(LANE).attempts() > attempts
                        && client.lanes().state(LANE).inFlight() == 0);
        assertThat(fcm.journal().accepted()).isEqualTo(before);
        healing.run();
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
    }

    // ---- 15: an outage

    private static final PushResponse DOWN =
            new PushResponse.Unknown(PushResponse.Unknown.Cause.SERVER_ERROR, "UNAVAILABLE", Duration.ofSeconds(10));

    /** A minute of 503 for all, and a minute of 503 for one in four, by a clock that the test moves. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aMinuteOfOutageMakesNoStorm(int oneIn) {
        ManualTime time = ManualTime.create();
        FakePushService fcm = FakePushService.create(ProviderId.FCM).maxInFlight(500);
        int perSecond = 200;
        int total = 60 * perSecond;
        PushClient client = open(PushClient.builder()
                .app(APP, fcm)
                .limits(LaneLimits.builder()
                        .maxHeld(total + 1)
                        // For one in four, the budget alone: retries that come together would open the breaker.
                        .breaker(oneIn == 1 ? 0.5 : 1, Duration.ofSeconds(10))
                        .build())
                .timeSource(time)
                .listener(sends)
                .build());
        fcm.respondWith(
                request -> Integer.parseInt(request.target().address().substring(1)) % oneIn == 0 ? DOWN : ok());
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        int perStep = perSecond / 10;
        boolean breakerOpened = false;
        for (int step = 0; step < 600; step++) {
            for (int i = 0; i < perStep; i++) {
                all.add(sends.send(client, to("t" + all.size())));
            }
            if (oneIn > 1) {
                Rig.until("all have been tried", () -> firstAttempts(client) == all.size());
            } else {
                settle(client);
            }
            breakerOpened |= client.lanes().state(LANE).breaker() == LaneState.Breaker.OPEN;
            time.advance(Duration.ofMillis(100));
        }
        LaneState after = client.lanes().state(LANE);
        long first = firstAttempts(client);
        // The budget: a tenth of first attempts, and ten a second in any case, with one second's worth in hand.
        assertThat(after.retries()).isLessThanOrEqualTo(first / 10 + 10 * 61);
        if (oneIn == 1) {
            // The breaker: what was under way when it opened, and ten attempts each time it asks again.
            assertThat(breakerOpened).isTrue();
            assertThat(after.attempts()).isLessThan(500 + 100 + 10 * 10);
        } else {
            assertThat(breakerOpened).isFalse();
            assertThat(first).isEqualTo(total);
        }
        Rig.until("nothing is in flight", () -> client.lanes().state(LANE).inFlight() == 0);
        long accepted = client.lanes().state(LANE).accepted();
        long asked = fcm.requests().size();
        fcm.respondAlways(ok());
        advanceUntilDone(client, time, all);
        assertThat(all).allMatch(f -> f.join() instanceof SendResult.Accepted);
        // A retry may have been on its way while this was read.
        assertThat((long) fcm.requests().size() - asked)
                .as("once each, afterwards")
                .isBetween(total - accepted, total - accepted + 20);
        assertThat(client.lanes().state(LANE).breaker()).isEqualTo(LaneState.Breaker.CLOSED);
    }

    private static PushResponse ok() {
        return new PushResponse.Accepted("");
    }

    private static long firstAttempts(PushClient client) {
        LaneState now = client.lanes().state(LANE);
        return now.attempts() - now.retries();
    }

    /** Lets the lane do what it can do at this moment. */
    private static void settle(PushClient client) {
        LaneState before = client.lanes().state(LANE);
        for (int same = 0; same < 4; ) {
            LockSupport.parkNanos(200_000);
            LaneState now = client.lanes().state(LANE);
            same = now.equals(before) && now.inFlight() == 0 ? same + 1 : 0;
            before = now;
        }
    }

    private static void advanceUntilDone(PushClient client, ManualTime time, List<CompletableFuture<SendResult>> all) {
        for (int i = 0; i < 3_600 && !all.stream().allMatch(CompletableFuture::isDone); i++) {
            time.advance(Duration.ofSeconds(1));
            settle(client);
        }
    }

    @Test
    void anOutageOverTheWireMakesNoStorm() {
        FcmSimulator fcm = simulator();
        // With a hundred in flight there is not much to retry when the breaker opens.
        PushClient client = client(
                impatient(fcm).connections(1).build(),
                LaneLimits.builder().breaker(0.5, Duration.ofMillis(400)).build());
        warmUp(client);
        fcm.answerAll(Reply.unavailable().retryAfter("0"));
        long start = System.nanoTime();
        sendTo(client, 1_100);
        Rig.until("the breaker is open", () -> client.lanes().state(LANE).breaker() == LaneState.Breaker.OPEN);
        Rig.until("it asks again", () -> client.lanes().state(LANE).breaker() == LaneState.Breaker.HALF_OPEN);
        Rig.until("and is refused", () -> client.lanes().state(LANE).breaker() == LaneState.Breaker.OPEN);
        LaneState during = client.lanes().state(LANE);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(during.retries())
                .isLessThanOrEqualTo((long) ((during.attempts() - during.retries()) / 10 + 10 * (seconds + 1)));
        assertThat(fcm.traffic().requests())
                .as("most have not been sent at all")
                .isLessThan(600);
        fcm.answerByShares();
        assertThat(sends.ends()).containsOnlyKeys(Kind.ACCEPTED);
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
    }

    // ---- 17 and 18: what is wrong never leaves

    @Test
    void limitsAreExactInBytes() {
        FcmSimulator fcm = simulator();
        PushClient client = client(impatient(fcm).build());
        long fine = 0;
        for (String letter : List.of("x", "é", "\ud83d\ude00", "\u0000")) {
            int each = letter.getBytes(StandardCharsets.UTF_8).length;
            PushRequest tooMuch = filled(letter, each, 2 * MessageEncoder.MAX_PAYLOAD);
            String said = ((SendResult.Rejected) result(sends.send(client, tooMuch))).detail();
            int bytes = Integer.parseInt(said.replaceFirst(".*\\D(\\d+)\\D*", "$1"));
            int most = 2 * MessageEncoder.MAX_PAYLOAD - (bytes - MessageEncoder.MAX_PAYLOAD);
            assertThat(result(sends.send(client, filled(letter, each, most)))).isInstanceOf(SendResult.Accepted.class);
            fine++;
            assertRejected(client, filled(letter, each, most + 1), "PAYLOAD_TOO_LARGE", "4097");
        }
        assertRejected(client, saying(b -> b.body("cut \ud83d")), "INVALID_TEXT", "body");
        assertRejected(client, saying(b -> b.data("half", "\ude00")), "INVALID_TEXT", "half");
        assertRejected(client, saying(b -> b.data("huge", "x".repeat(2_000_000))), "PAYLOAD_TOO_LARGE", "4096");
        assertThat(sends.assertTrue(client, fcm.journal())).isZero();
        assertThat(fcm.traffic().requests()).isEqualTo(fine);
    }

    private static PushRequest saying(UnaryOperator<Notification.Builder> change) {
        return PushRequest.of(
                Target.fcm(APP, Rig.TOKEN),
                change.apply(Notification.builder().title("t")).build());
    }

    private static PushRequest filled(String letter, int each, int bytes) {
        return saying(b -> b.data("x", letter.repeat(bytes / each) + "x".repeat(bytes % each)));
    }

    private void assertRejected(PushClient client, PushRequest request, String reason, String named) {
        assertThat(result(sends.send(client, request))).isInstanceOfSatisfying(SendResult.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).contains(named);
        });
    }

    @Test
    void hostileTokensReachNoPath() {
        FcmSimulator fcm = simulator();
        PushClient client = client(impatient(fcm).build());
        for (String token : List.of(
                "evil\r\nauthorization: x", "ev il", "<evil>", "evil\"}", "evil\\", "\ud83d\ude00evil", "evil\u0000")) {
            assertThat(result(sends.send(client, to(token))))
                    .isInstanceOfSatisfying(
                            SendResult.Rejected.class,
                            rejected -> assertThat(rejected.toString()).doesNotContain("evil"));
        }
        assertThat(fcm.traffic().requests()).isZero();
        // Only text within JSON: it cannot leave its place, and FCM says what it is.
        assertThat(result(sends.send(client, to("../../v1/projects/evil"))).kind())
                .isIn(Kind.TOKEN_INVALID, Kind.REJECTED);
        assertThat(fcm.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.path()).isEqualTo("/v1/projects/faults/messages:send"));
        assertThatThrownBy(() -> Target.fcm(APP, "evil".repeat(2_500_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("evil");
        sends.assertTrue(client, fcm.journal());
    }
}
