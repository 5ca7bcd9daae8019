package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutConflictException;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.LaunchFailedException;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fan-out ends with exactly one result per row, whatever audience, providers, sink and host do. */
class FanOutTest {

    private static final LaneKey APNS = LaneKey.of("app", ProviderId.APNS);
    private static final LaneKey FCM = LaneKey.of("app", ProviderId.FCM);
    private static final RetryPolicy QUICK = RetryPolicy.builder()
            .firstBackoff(Duration.ofMillis(20))
            .maxBackoff(Duration.ofMillis(200))
            .build();
    private static final PushResponse DOWN =
            new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");

    private final FakePushService apns = FakePushService.create(ProviderId.APNS).maxInFlight(50);
    private final FakePushService fcm = FakePushService.create(ProviderId.FCM).maxInFlight(50);
    private final Sink sink = new Sink();
    private @Nullable PushClient client;

    /** Remembers every result, and how often each row came. */
    private static final class Sink implements ResultSink {

        private final Map<String, SendResult> results = new ConcurrentHashMap<>();
        private final AtomicInteger repeated = new AtomicInteger();

        @Override
        public void accept(List<RowResult> batch) {
            for (RowResult row : batch) {
                if (results.put(row.key(), row.result()) != null) {
                    repeated.incrementAndGet();
                }
            }
        }

        long count(Class<? extends SendResult> type) {
            return results.values().stream().filter(type::isInstance).count();
        }
    }

    private PushClient client(LaneLimits limits, Audience audience) {
        return client(limits, handler(audience).sink(sink).build());
    }

    private static FanOutHandler.Builder handler(Audience audience) {
        return FanOutHandler.builder("all").audience(audience).lanes(APNS, FCM);
    }

    private PushClient client(LaneLimits limits, FanOutHandler handler) {
        PushClient built = PushClient.builder()
                .app("app", apns, fcm)
                .limits(limits)
                .handler(handler)
                .pageSize(100)
                .lease(Duration.ofMinutes(1))
                .build();
        client = built;
        built.start();
        return built;
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close(Duration.ZERO);
        }
    }

    private static LaneLimits generous() {
        return LaneLimits.builder().retryBudget(1, 1_000).build();
    }

    private static AudienceRow row(int i) {
        String token = "token-" + i;
        return new AudienceRow("k" + i, i % 2 == 0 ? Target.apns("app", token) : Target.fcm("app", token));
    }

    private static List<AudienceRow> rows(int count) {
        return IntStream.range(0, count).mapToObj(FanOutTest::row).toList();
    }

    private static FanOutSpec.Builder spec() {
        return FanOutSpec.builder(FanOutId.of("campaign"), "all", Notification.alert("Hello", "all"))
                .retryPolicy(QUICK);
    }

    private static FanOutProgress end(FanOut fanOut) {
        Await.until(
                "the fan-out has ended: " + fanOut.progress(),
                () -> fanOut.progress().state().isEnd());
        FanOutProgress end = fanOut.completion().orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(end.isConserved()).isTrue();
        assertThat(end.pending()).isZero();
        return end;
    }

    @Test
    void everyRowHasOneResult() {
        FanOut fanOut = client(generous(), Audience.of(rows(2_345))).fanOuts().launch(spec().build());
        FanOutProgress end = end(fanOut);
        assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.recipients()).isEqualTo(2_345);
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(2_345);
        assertThat(end.possibleDuplicates()).isZero();
        assertThat(sink.results).hasSize(2_345);
        assertThat(sink.repeated).hasValue(0);
        assertThat(tokens(apns)).hasSize(1_173);
        assertThat(tokens(fcm)).hasSize(1_172);
        assertThat(apns.requests().size() + fcm.requests().size()).isEqualTo(2_345);
    }

    private static Set<String> tokens(FakePushService service) {
        return service.requests().stream().map(r -> r.target().address()).collect(Collectors.toSet());
    }

    @Test
    void anEmptyAudienceCompletes() {
        FanOutProgress end =
                end(client(generous(), Audience.of(List.of())).fanOuts().launch(spec().build()));
        assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.recipients()).isZero();
    }

    @Test
    void mixedAnswersAreCountedByKind() {
        apns.respondWith(request -> answer(request, apns));
        fcm.respondWith(request -> answer(request, fcm));
        FanOut fanOut = client(generous(), Audience.of(rows(1_000))).fanOuts().launch(spec().build());
        FanOutProgress end = end(fanOut);
        assertThat(end.count(SendResult.Kind.TOKEN_INVALID)).isEqualTo(100);
        assertThat(end.count(SendResult.Kind.REJECTED)).isEqualTo(100);
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(800);
        assertThat(end.possibleDuplicates()).isEqualTo(100);
        assertThat(sink.count(SendResult.TokenInvalid.class)).isEqualTo(100);
        assertThat(sink.repeated).hasValue(0);
    }

    /** By the token's last digit: dead, rejected, unknown and down at first, else accepted. */
    private static PushResponse answer(PushRequest request, FakePushService service) {
        String token = request.target().address();
        boolean first = service.requestsTo(token).size() <= 1;
        return switch (token.charAt(token.length() - 1)) {
            case '1' -> new PushResponse.TokenInvalid("Unregistered", Instant.EPOCH);
            case '2' -> new PushResponse.Rejected("BadCollapseId", "collapse id");
            case '3' ->
                first
                        ? new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset")
                        : new PushResponse.Accepted("");
            case '4' -> first ? DOWN : new PushResponse.Accepted("");
            default -> new PushResponse.Accepted("");
        };
    }

    @Test
    void aRowsRequestIsTheSameAtEveryAttempt() {
        apns.respond(DOWN, DOWN);
        end(client(generous(), Audience.of(List.of(row(0)))).fanOuts().launch(spec().build()));
        assertThat(apns.requests()).hasSize(3);
        assertThat(apns.requests().stream().map(PushRequest::id).distinct()).hasSize(1);
    }

    @Test
    void aLongWaitIsSpentParkedAndHoldsUpNobody() {
        for (int i = 0; i < 1_000; i += 10) {
            apns.respondTo(
                    "token-" + i,
                    new PushResponse.Throttled(
                            "TooManyRequests", Duration.ofSeconds(4), PushResponse.Throttled.Scope.DEVICE));
        }
        FanOut fanOut = client(generous(), Audience.of(rows(1_000))).fanOuts().launch(spec().build());
        Await.until("the throttled ones are parked", () -> fanOut.progress().parked() == 100);
        Await.until("all others are done", () -> fanOut.progress().done() == 900);
        assertThat(fanOut.progress().isConserved()).isTrue();
        assertThat(end(fanOut).count(SendResult.Kind.ACCEPTED)).isEqualTo(1_000);
    }

    @Test
    void whatIsExhaustedIsDeadLetteredAndGoesToTheSink() {
        apns.respondAlways(DOWN);
        LaneLimits limits = LaneLimits.builder()
                .retryBudget(1, 1_000)
                .breaker(1, Duration.ofMillis(1))
                .build();
        FanOut fanOut = client(limits, Audience.of(rows(40)))
                .fanOuts()
                .launch(spec().retryPolicy(RetryPolicy.builder()
                                .maxAttempts(2)
                                .firstBackoff(Duration.ofMillis(5))
                                .build())
                        .build());
        FanOutProgress end = end(fanOut);
        assertThat(end.count(SendResult.Kind.DEAD_LETTERED)).isEqualTo(20);
        assertThat(sink.results.get("k0"))
                .isEqualTo(new SendResult.DeadLettered(SendResult.DeadLettered.Why.ATTEMPTS, DOWN, 2));
    }

    @Test
    void aRepeatedKeyIsSuppressedAndAnUndeclaredLaneRejected() {
        List<AudienceRow> rows = new ArrayList<>(rows(10));
        rows.add(row(3));
        rows.add(new AudienceRow("stranger", Target.apns("other.app", "t")));
        FanOut fanOut = client(generous(), handler(Audience.of(rows)).sink(sink).build())
                .fanOuts()
                .launch(spec().build());
        FanOutProgress end = end(fanOut);
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(10);
        assertThat(end.count(SendResult.Kind.SUPPRESSED)).isEqualTo(1);
        assertThat(end.count(SendResult.Kind.REJECTED)).isEqualTo(1);
        assertThat(sink.results.get("stranger"))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class, r -> assertThat(r.reason()).isEqualTo(SendResult.Rejected.NO_LANE));
    }

    @Test
    void theSameSpecJoinsAndAnotherConflicts() {
        PushClient built = client(generous(), Audience.of(rows(10)));
        FanOut fanOut = built.fanOuts().launch(spec().build());
        end(fanOut);
        FanOutProgress again = end(built.fanOuts().launch(spec().build()));
        assertThat(again.recipients()).isEqualTo(10);
        assertThat(apns.requests()).hasSize(5);
        assertThatThrownBy(() -> built.fanOuts().launch(spec().stableId(false).build()))
                .isInstanceOf(FanOutConflictException.class);
        assertThat(built.fanOuts().find(FanOutId.of("campaign"))).isPresent();
        assertThat(built.fanOuts().find(FanOutId.of("other"))).isEmpty();
    }

    @Test
    void badLaunchesAreTypedAndLaunchNothing() {
        PushClient built = client(generous(), handler(new Failing(0)).build());
        assertThatThrownBy(() -> built.fanOuts()
                        .launch(FanOutSpec.builder(FanOutId.of("x"), "nobody", Notification.alert("a", "b"))
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all");
        FanOutHandler broken = handler(new Audience() {
                    @Override
                    public List<String> shards() throws Exception {
                        throw new java.io.IOException("no database");
                    }

                    @Override
                    public AudiencePage read(String shard, @Nullable String cursor, int limit) {
                        throw new AssertionError();
                    }
                })
                .build();
        assertThatThrownBy(() -> built.fanOuts().launch(spec().build(), broken))
                .isInstanceOf(LaunchFailedException.class);
        assertThat(built.fanOuts().active()).isEmpty();
    }

    /** An audience of 200 rows that fails a number of times before each page. */
    private static final class Failing implements Audience {

        private final int failures;
        private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

        Failing(int failures) {
            this.failures = failures;
        }

        @Override
        public List<String> shards() {
            return List.of("all");
        }

        @Override
        public AudiencePage read(String shard, @Nullable String cursor, int limit) throws Exception {
            int times = asked.computeIfAbsent(String.valueOf(cursor), c -> new AtomicInteger())
                    .incrementAndGet();
            if (times <= failures) {
                throw new java.sql.SQLException("away");
            }
            int from = cursor == null ? 0 : Integer.parseInt(cursor);
            List<AudienceRow> rows = rows(200).subList(from, Math.min(200, from + limit));
            return new AudiencePage(rows, from + limit >= 200 ? null : String.valueOf(from + limit));
        }
    }

    @Test
    void anAudienceThatFailsIsAskedAgainAndTheFanOutSaysWhatItWaitsFor() {
        FanOut fanOut = client(generous(), new Failing(1)).fanOuts().launch(spec().build());
        Await.until("it waits", () -> fanOut.progress().state() == FanOutState.WAITING);
        assertThat(fanOut.progress().reason())
                .hasValueSatisfying(r -> assertThat(r).contains("SQLException"));
        assertThat(end(fanOut).count(SendResult.Kind.ACCEPTED)).isEqualTo(200);
    }

    private Audience pages(AudiencePage... pages) {
        return new Audience() {
            @Override
            public List<String> shards() {
                return List.of("all");
            }

            @Override
            public AudiencePage read(String shard, @Nullable String cursor, int limit) {
                return pages[cursor == null ? 0 : Integer.parseInt(cursor)];
            }
        };
    }

    @Test
    void anEmptyPageIsNotTheEnd() {
        Audience gaps = pages(
                new AudiencePage(rows(10), "1"),
                new AudiencePage(List.of(), "2"),
                new AudiencePage(List.of(row(77)), null));
        assertThat(end(client(generous(), gaps).fanOuts().launch(spec().build()))
                        .recipients())
                .isEqualTo(11);
    }

    @Test
    void aPageThatComesTwiceOrACursorThatSticksFailsTheFanOutWithoutASecondSend() {
        Audience twice = pages(new AudiencePage(rows(10), "1"), new AudiencePage(rows(10), "2"));
        FanOutProgress end = end(client(generous(), twice).fanOuts().launch(spec().build()));
        assertThat(end.state()).isEqualTo(FanOutState.FAILED);
        assertThat(end.reason()).hasValueSatisfying(r -> assertThat(r).contains("WENT_BACK"));
        assertThat(end.recipients()).isEqualTo(10);
        assertThat(apns.requests().size() + fcm.requests().size()).isEqualTo(10);
        close();
        Audience stuck = pages(new AudiencePage(rows(10), "1"), new AudiencePage(List.of(row(50)), "1"));
        FanOutProgress stuckEnd = end(client(generous(), stuck).fanOuts().launch(spec().build()));
        assertThat(stuckEnd.state()).isEqualTo(FanOutState.FAILED);
        assertThat(stuckEnd.reason()).hasValueSatisfying(r -> assertThat(r).contains("STUCK"));
    }

    @Test
    void pauseHoldsResumeGoesOnCancelEndsTheRest() {
        apns.hold();
        fcm.hold();
        PushClient built = client(generous(), Audience.of(rows(1_000)));
        FanOut fanOut = built.fanOuts().launch(spec().build());
        Await.until(
                "both lanes are full and rows wait",
                () -> built.lanes().all().stream().allMatch(lane -> lane.inFlight() == 50 && lane.waitingBulk() > 0));
        fanOut.pause();
        Await.until(
                "nothing waits in the lanes",
                () -> built.lanes().all().stream().allMatch(lane -> lane.waitingBulk() == 0));
        apns.release();
        fcm.release();
        Await.until("what was in flight has ended", () -> fanOut.progress().done() == 100);
        assertThat(fanOut.progress().state()).isEqualTo(FanOutState.PAUSED);
        assertThat(apns.requests()).hasSize(50);
        apns.hold();
        fcm.hold();
        fanOut.resume();
        Await.until(
                "the lanes are full again and rows wait",
                () -> built.lanes().all().stream().allMatch(lane -> lane.inFlight() == 50 && lane.waitingBulk() > 0));
        fanOut.cancel();
        fanOut.cancel();
        Await.until(
                "nothing waits in the lanes",
                () -> built.lanes().all().stream().allMatch(lane -> lane.waitingBulk() == 0));
        int asked = apns.requests().size();
        apns.release();
        fcm.release();
        FanOutProgress end = end(fanOut);
        assertThat(end.state()).isEqualTo(FanOutState.CANCELLED);
        assertThat(apns.requests()).hasSize(asked);
        assertThat(end.count(SendResult.Kind.CANCELLED)).isPositive();
        assertThat(end.count(SendResult.Kind.ACCEPTED) + end.count(SendResult.Kind.CANCELLED))
                .isEqualTo(end.recipients());
        assertThat(sink.results).hasSize((int) end.recipients());
    }

    @Test
    void aWrongCredentialParksItsRowsAndLosesNone() {
        AtomicBoolean wrong = new AtomicBoolean(true);
        apns.respondWith(request -> wrong.get()
                ? new PushResponse.Misconfigured("InvalidProviderToken", "wrong key")
                : new PushResponse.Accepted(""));
        LaneLimits limits = LaneLimits.builder()
                .retryBudget(1, 1_000)
                .probeInterval(Duration.ofMillis(300))
                .build();
        PushClient built = client(limits, Audience.of(rows(2_000)));
        FanOut fanOut = built.fanOuts().launch(spec().build());
        Await.until(
                "the other lane is done " + fanOut.progress() + built.lanes().all(),
                () -> fanOut.progress().done() == 1_000);
        Await.until("the lane's rows are parked", () -> fanOut.progress().parked() == 1_000);
        assertThat(built.lanes().state(APNS).paused()).hasValue("InvalidProviderToken");
        assertThat(apns.requests().size()).isLessThan(200);
        wrong.set(false);
        FanOutProgress end = end(fanOut);
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(2_000);
        assertThat(sink.repeated).hasValue(0);
    }

    @Test
    void aSlowLaneLeavesTheOtherAlone() {
        apns.hold();
        FanOut fanOut = client(generous(), Audience.of(rows(2_000))).fanOuts().launch(spec().build());
        Await.until("the other lane is done", () -> fanOut.progress().count(SendResult.Kind.ACCEPTED) == 1_000);
        assertThat(apns.inFlight()).isEqualTo(50);
        assertThat(fanOut.progress().isConserved()).isTrue();
        apns.release();
        assertThat(end(fanOut).count(SendResult.Kind.ACCEPTED)).isEqualTo(2_000);
        assertThat(apns.maxInFlightSeen()).isEqualTo(50);
    }

    @Test
    void aSinkThatRefusesStopsTheReadingAndLosesNothing() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        AtomicInteger reads = new AtomicInteger();
        Audience audience = new Audience() {
            @Override
            public List<String> shards() {
                return List.of("all");
            }

            @Override
            public AudiencePage read(String shard, @Nullable String cursor, int limit) {
                reads.incrementAndGet();
                int from = cursor == null ? 0 : Integer.parseInt(cursor);
                List<AudienceRow> rows = rows(3_000).subList(from, Math.min(3_000, from + limit));
                return new AudiencePage(rows, from + limit >= 3_000 ? null : String.valueOf(from + limit));
            }
        };
        ResultSink refusing = batch -> {
            if (refuses.get()) {
                throw new java.io.IOException("database away");
            }
            sink.accept(batch);
        };
        PushClient built = client(generous(), handler(audience).sink(refusing).build());
        FanOut fanOut = built.fanOuts().launch(spec().build());
        Await.until("it waits for the sink", () -> fanOut.progress().state() == FanOutState.WAITING);
        assertThat(built.health().reasons()).anyMatch(line -> line.contains("sink"));
        assertThat(reads.get()).isLessThan(12);
        refuses.set(false);
        assertThat(end(fanOut).count(SendResult.Kind.ACCEPTED)).isEqualTo(3_000);
        assertThat(sink.results).hasSize(3_000);
        assertThat(sink.repeated).hasValue(0);
    }

    @Test
    void aBlockedSinkHoldsUpNeitherDirectSendsNorTheClose() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        PushClient built = client(
                generous(),
                handler(Audience.of(rows(1_000))).sink(batch -> blocked.await()).build());
        built.fanOuts().launch(spec().build());
        Await.until("some were sent", () -> apns.requests().size() > 100);
        assertThat(Await.result(built.send(PushRequest.of(Target.apns("app", "direct"), Notification.alert("a", "b")))))
                .isInstanceOf(SendResult.Accepted.class);
        long before = System.nanoTime();
        var report = built.close(Duration.ofMillis(200));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
        assertThat(report.unfinishedFanOuts()).containsExactly(FanOutId.of("campaign"));
        blocked.countDown();
    }

    @Test
    void atMostOnceNeverRepeatsWhatMayHaveArrived() {
        apns.respondWith(request -> answer(request, apns));
        fcm.respondWith(request -> answer(request, fcm));
        FanOut fanOut = client(generous(), Audience.of(rows(1_000)))
                .fanOuts()
                .launch(spec().delivery(FanOutSpec.Delivery.AT_MOST_ONCE).build());
        FanOutProgress end = end(fanOut);
        assertThat(end.count(SendResult.Kind.UNKNOWN)).isEqualTo(100);
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(700);
        assertThat(end.possibleDuplicates()).isZero();
        assertThat(fcm.requestsTo("token-3")).hasSize(1);
        assertThat(apns.requestsTo("token-4")).hasSize(2);
    }

    @Test
    void anExpiredFanOutSendsNothingMore() {
        FanOut fanOut = client(generous(), Audience.of(rows(100)))
                .fanOuts()
                .launch(spec().expiresAt(Instant.now().minusSeconds(1)).build());
        assertThat(end(fanOut).count(SendResult.Kind.EXPIRED)).isEqualTo(100);
        assertThat(apns.requests()).isEmpty();
    }

    @Test
    void aRendererMakesEachRowsTextAndItsFailureIsThatRowsAlone() {
        FanOutHandler rendering = handler(Audience.of(rows(10)))
                .sink(sink)
                .renderer((notification, row) -> {
                    if (row.key().equals("k4")) {
                        throw new IllegalStateException("no name");
                    }
                    return notification.toBuilder().body("Hi " + row.key()).build();
                })
                .build();
        FanOutProgress end = end(client(generous(), rendering).fanOuts().launch(spec().build()));
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(9);
        assertThat(sink.results.get("k4")).isInstanceOf(SendResult.Rejected.class);
        assertThat(apns.requestsTo("token-2").get(0).notification().body())
                .hasValue(dev.notifykit.push.Text.of("Hi k2"));
    }

    @Test
    void aClosedClientLeavesAFanOutForAnotherFromTheSamePlace() {
        apns.latency(Duration.ofMillis(20), dev.notifykit.time.TimeSource.system());
        AtomicBoolean held = new AtomicBoolean();
        apns.respondWith(request -> {
            if (apns.accepted().size() >= 200 && held.compareAndSet(false, true)) {
                apns.hold();
            }
            return new PushResponse.Accepted("");
        });
        var store = new dev.notifykit.fanout.InMemoryProgressStore(dev.notifykit.time.TimeSource.system());
        FanOutHandler all = handler(Audience.of(rows(3_000))).sink(sink).build();
        PushClient first = PushClient.builder()
                .app("app", apns, fcm)
                .handler(all)
                .progressStore(store)
                .owned(false)
                .pageSize(100)
                .build();
        first.start();
        FanOut fanOut = first.fanOuts().launch(spec().build());
        Await.until(
                "some are done, and others held",
                () -> held.get() && fanOut.progress().done() > 200);
        CompletableFuture<CloseReport> report = CompletableFuture.supplyAsync(() -> first.close(Duration.ofMinutes(1)));
        Await.until("it closes", () -> first.health().status() == Health.Status.DOWN);
        apns.release();
        assertThat(report.join().unfinishedFanOuts()).hasSize(1);
        long before = store.progress(fanOut.id()).orElseThrow().done();
        assertThat(before).isLessThan(3_000);
        client = PushClient.builder()
                .app("app", apns, fcm)
                .handler(all)
                .progressStore(store)
                .owned(false)
                .pageSize(100)
                .build();
        client.start();
        FanOutProgress end = end(client.fanOuts().find(fanOut.id()).orElseThrow());
        assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(3_000);
        assertThat(end.possibleDuplicates()).isZero();
        assertThat(apns.requests().size() + fcm.requests().size()).isEqualTo(3_000);
    }
}
