package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.lane.Admission;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.SendOptions;
import dev.notifykit.observe.Health;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The direct road: every send has exactly one result, in bounded time, whatever the provider does. */
class DirectSendTest {

    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    private static final PushResponse DOWN =
            new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");
    /** For what would never end by itself. */
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static final PushResponse WRONG_KEY = new PushResponse.Misconfigured("InvalidProviderToken", "wrong key");

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private PushClient client = client(LaneLimits.defaults());

    private PushClient client(LaneLimits limits) {
        return PushClient.builder()
                .app("app", apns)
                .limits(limits)
                .timeSource(time)
                .owned(false)
                .build();
    }

    private void rebuild(LaneLimits limits) {
        client.close(Duration.ZERO);
        client = client(limits);
    }

    @AfterEach
    void close() {
        client.close(Duration.ZERO);
    }

    private static PushRequest.Builder to(String token) {
        return PushRequest.builder(Target.apns("app", token), Notification.alert("title", "body"));
    }

    private CompletableFuture<SendResult> send(String token) {
        return client.send(to(token).build());
    }

    private SendResult resultWhileTimePasses(CompletableFuture<SendResult> future) {
        Await.advancing(time, Duration.ofHours(3), "the send has ended", future::isDone);
        return future.join();
    }

    @Test
    void anAcceptedRequestIsAccepted() {
        apns.respond(new PushResponse.Accepted("id-1"));
        assertThat(Await.result(send("a"))).isEqualTo(new SendResult.Accepted("id-1"));
    }

    @Test
    void anUnavailableProviderIsTriedAgainUntilItAnswers() {
        apns.respond(DOWN, DOWN, new PushResponse.Accepted("third"));
        assertThat(resultWhileTimePasses(send("a"))).isEqualTo(new SendResult.Accepted("third"));
        assertThat(apns.requestsTo("a"))
                .hasSize(3)
                .extracting(PushRequest::id)
                .containsOnly(apns.requests().get(0).id());
    }

    @Test
    void whatStaysUnavailableIsDeadLetteredAfterItsAttempts() {
        rebuild(LaneLimits.builder().retryBudget(1, 100).build());
        apns.respondAlways(DOWN);
        assertThat(resultWhileTimePasses(send("a")))
                .isEqualTo(new SendResult.DeadLettered(SendResult.DeadLettered.Why.ATTEMPTS, DOWN, 10));
    }

    @Test
    void withoutRetriesTheFirstFailureIsTheEnd() {
        apns.respondAlways(DOWN);
        SendOptions once = SendOptions.builder().retryPolicy(RetryPolicy.none()).build();
        assertThat(Await.result(client.send(to("a").build(), once)))
                .isEqualTo(new SendResult.DeadLettered(SendResult.DeadLettered.Why.ATTEMPTS, DOWN, 1));
    }

    @Test
    void afterAnUnknownAttemptEveryEndThatIsNoAnswerIsUnknown() {
        apns.respond(new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset"));
        apns.respondAlways(DOWN);
        assertThat(resultWhileTimePasses(send("a"))).isEqualTo(new SendResult.Unknown(10));
    }

    @Test
    void anAnswerAfterAnUnknownAttemptIsTheAnswer() {
        apns.respond(
                new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset"),
                new PushResponse.Accepted("second"));
        assertThat(resultWhileTimePasses(send("a"))).isEqualTo(new SendResult.Accepted("second"));
    }

    @Test
    void anUnknownAttemptIsReportedWhereThePolicySaysSo() {
        apns.respond(new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset"));
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        assertThat(Await.result(client.send(to("a").build(), report))).isEqualTo(new SendResult.Unknown(1));
    }

    @Test
    void theDeadTokenKeepsItsReason() {
        apns.respond(new PushResponse.TokenInvalid("Unregistered", time.now()));
        assertThat(Await.result(send("a"))).isEqualTo(new SendResult.TokenInvalid("Unregistered", time.now()));
    }

    @Test
    void aTargetWithoutALaneIsRejected() {
        PushRequest elsewhere = PushRequest.of(Target.fcm("app", "t"), Notification.alert("t", "b"));
        assertThat(Await.result(client.send(elsewhere)))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class, r -> assertThat(r.reason()).isEqualTo("NO_LANE"));
    }

    @Test
    void whatTheProviderRejectsBeforehandIsNotSent() {
        apns.rejectBeforehand(request -> new PushResponse.Rejected("PAYLOAD_TOO_LARGE", "body"));
        assertThat(Await.result(send("a"))).isEqualTo(new SendResult.Rejected("PAYLOAD_TOO_LARGE", "body"));
        assertThat(apns.requests()).isEmpty();
    }

    @Test
    void anExpiredRequestIsNeverSent() {
        assertThat(resultWhileTimePasses(
                        client.send(to("a").expiresAt(time.now()).build())))
                .isEqualTo(new SendResult.Expired());
        assertThat(apns.requests()).isEmpty();
    }

    @Test
    void aRequestExpiresWhileItWaitsForARetry() {
        apns.respondAlways(new PushResponse.Throttled(
                "TooManyRequests", Duration.ofMinutes(10), PushResponse.Throttled.Scope.DEVICE));
        assertThat(resultWhileTimePasses(client.send(
                        to("a").expiresAt(time.now().plusSeconds(30)).build())))
                .isEqualTo(new SendResult.Expired());
    }

    @Test
    void aRequestExpiresWhileItWaitsForAPermit() {
        rebuild(LaneLimits.builder()
                .maxInFlight(1)
                .attemptTimeout(Duration.ofHours(2))
                .build());
        apns.hold();
        CompletableFuture<SendResult> first = send("a");
        Await.until("the first is in flight", () -> apns.inFlight() == 1);
        CompletableFuture<SendResult> second =
                client.send(to("b").expiresAt(time.now().plusSeconds(5)).build());
        assertThat(resultWhileTimePasses(second)).isEqualTo(new SendResult.Expired());
        assertThat(first).isNotDone();
        apns.release();
        assertThat(Await.result(first)).isInstanceOf(SendResult.Accepted.class);
        assertThat(apns.requestsTo("b")).isEmpty();
    }

    @Test
    void silenceEndsInUnknownAndFreesThePermit() {
        rebuild(LaneLimits.builder().maxInFlight(1).build());
        apns.silent(1);
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        CompletableFuture<SendResult> silent = client.send(to("a").build(), report);
        CompletableFuture<SendResult> next = send("b");
        assertThat(resultWhileTimePasses(silent)).isEqualTo(new SendResult.Unknown(1));
        assertThat(resultWhileTimePasses(next)).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aReplyAfterTheTimeoutIsCountedAndChangesNothing() {
        apns.hold();
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        CompletableFuture<SendResult> late = client.send(to("a").build(), report);
        assertThat(resultWhileTimePasses(late)).isEqualTo(new SendResult.Unknown(1));
        apns.completeAll(new PushResponse.Accepted("late"));
        Await.until(
                "the late reply is counted", () -> client.lanes().state(LANE).lateReplies() == 1);
        assertThat(client.lanes().state(LANE).inFlight()).isZero();
    }

    @Test
    void aProviderThatThrowsOrFailsItsFutureEndsInUnknown() {
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        apns.throwNext(new IllegalStateException("secret"));
        assertThat(Await.result(client.send(to("a").build(), report))).isEqualTo(new SendResult.Unknown(1));
        apns.failNext(new IllegalStateException("secret"));
        assertThat(Await.result(client.send(to("b").build(), report))).isEqualTo(new SendResult.Unknown(1));
    }

    @Test
    void aProvidersNullIsNoReasonToLoseARequest() {
        apns.respondWith(request -> null);
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        assertThat(Await.result(client.send(to("a").build(), report))).isEqualTo(new SendResult.Unknown(1));
    }

    @Test
    void aFullLaneRejectsAtOnceAndHoldsNothing() {
        rebuild(LaneLimits.builder().maxHeld(2).maxInFlight(1).build());
        apns.hold();
        CompletableFuture<SendResult> first = send("a");
        CompletableFuture<SendResult> second = send("b");
        assertThatThrownBy(() -> send("c"))
                .isInstanceOfSatisfying(
                        NotAdmittedException.class,
                        e -> assertThat(e.why()).isEqualTo(NotAdmittedException.Why.LANE_FULL));
        apns.release();
        assertThat(Await.result(first)).isInstanceOf(SendResult.Accepted.class);
        assertThat(Await.result(second)).isInstanceOf(SendResult.Accepted.class);
        assertThat(apns.requestsTo("c")).isEmpty();
    }

    @Test
    void aCallerCanWaitForASlot() throws Exception {
        rebuild(LaneLimits.builder().maxHeld(1).build());
        apns.hold();
        CompletableFuture<SendResult> first = send("a");
        Await.until("the first is in flight", () -> apns.inFlight() == 1);
        SendOptions block = SendOptions.builder()
                .admission(Admission.block(Duration.ofSeconds(20)))
                .build();
        CompletableFuture<SendResult> second = CompletableFuture.supplyAsync(() -> client.send(to("b").build(), block))
                .thenCompose(f -> f);
        apns.release();
        assertThat(Await.result(first)).isInstanceOf(SendResult.Accepted.class);
        assertThat(Await.result(second)).isInstanceOf(SendResult.Accepted.class);
        SendOptions briefly = SendOptions.builder()
                .admission(Admission.block(Duration.ofMillis(20)))
                .build();
        apns.hold();
        assertThat(client.send(to("c").build(), block)).isNotDone();
        assertThatThrownBy(() -> client.send(to("d").build(), briefly)).isInstanceOf(NotAdmittedException.class);
    }

    @Test
    void onOneOfOurOwnThreadsNobodyWaitsForASlot() {
        rebuild(LaneLimits.builder().maxHeld(1).build());
        SendOptions block = SendOptions.builder()
                .admission(Admission.block(Duration.ofHours(1)))
                .build();
        CompletableFuture<Throwable> inCallback = new CompletableFuture<>();
        apns.hold();
        client.send(to("a").build()).thenRun(() -> {
            try {
                client.send(to("b").build(), block);
                inCallback.complete(null);
            } catch (RuntimeException e) {
                inCallback.complete(e);
            }
        });
        apns.release();
        assertThat(inCallback.orTimeout(60, TimeUnit.SECONDS).join()).isInstanceOf(NotAdmittedException.class);
    }

    @Test
    void cancellingTakesBackWhatWasNotAttempted() {
        rebuild(LaneLimits.builder().maxInFlight(1).maxHeld(2).build());
        apns.hold();
        CompletableFuture<SendResult> first = send("a");
        Await.until("the first is in flight", () -> apns.inFlight() == 1);
        CompletableFuture<SendResult> second = send("b");
        second.cancel(false);
        Await.until("its slot is free again", () -> {
            try {
                send("c");
                return true;
            } catch (NotAdmittedException full) {
                return false;
            }
        });
        apns.release();
        assertThat(Await.result(first)).isInstanceOf(SendResult.Accepted.class);
        Await.until("the third was sent", () -> apns.requestsTo("c").size() == 1);
        assertThat(apns.requestsTo("b")).isEmpty();
    }

    @Test
    void urgentOvertakesBulkAndBulkStillGetsATenth() {
        rebuild(LaneLimits.builder().maxInFlight(1).build());
        apns.hold();
        send("first");
        Await.until("the first is in flight", () -> apns.inFlight() == 1);
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(client.send(to("bulk-" + i).urgency(Urgency.BULK).build()));
        }
        for (int i = 0; i < 20; i++) {
            all.add(client.send(to("urgent-" + i).build()));
        }
        Await.until("all wait", () -> client.lanes().state(LANE).waitingUrgent() == 20);
        apns.release();
        all.forEach(Await::result);
        List<String> order = apns.requests().stream()
                .skip(1)
                .map(request -> request.target().address().split("-")[0])
                .toList();
        assertThat(order.subList(0, 20)).containsSubsequence("urgent", "bulk", "urgent", "bulk");
        assertThat(order.subList(0, 22).stream().filter("bulk"::equals).count()).isEqualTo(2);
        assertThat(order.get(0)).isEqualTo("urgent");
    }

    @Test
    void noMoreIsInFlightThanAllowed() {
        rebuild(LaneLimits.builder().maxInFlight(7).build());
        apns.latency(Duration.ofMillis(30), time);
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(send("t" + i));
        }
        all.forEach(this::resultWhileTimePasses);
        assertThat(apns.maxInFlightSeen()).isEqualTo(7);
    }

    @Test
    void theRateHolds() {
        rebuild(LaneLimits.builder().ratePerSecond(100).build());
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(send("t" + i));
        }
        Await.until("the first is on its way", () -> !apns.requests().isEmpty());
        for (int step = 0; step < 100; step++) {
            int before = apns.requests().size();
            time.advance(Duration.ofMillis(10));
            Await.until("another permit is used", () -> apns.requests().size() > before);
        }
        assertThat(apns.requests()).hasSizeLessThanOrEqualTo(112);
        all.forEach(this::resultWhileTimePasses);
    }

    @Test
    void aVendorThatIsDownIsLeftAloneAndFoundAgain() {
        // What is in flight when the breaker opens has been asked already.
        rebuild(LaneLimits.builder().retryBudget(1, 1000).maxInFlight(100).build());
        apns.respondAlways(DOWN);
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(send("t" + i));
        }
        Await.until("the breaker is open", () -> client.lanes().state(LANE).breaker() == LaneState.Breaker.OPEN);
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        int asked = apns.requests().size();
        assertThat(asked).isLessThan(300);
        apns.respondAlways(new PushResponse.Accepted(""));
        for (CompletableFuture<SendResult> each : all) {
            assertThat(resultWhileTimePasses(each)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(client.lanes().state(LANE).breaker()).isEqualTo(LaneState.Breaker.CLOSED);
    }

    @Test
    void aWrongCredentialPausesItsSenderAndNothingIsLost() {
        FakePushService shared = FakePushService.create(ProviderId.FCM);
        client.close(Duration.ZERO);
        client = PushClient.builder()
                .app("app", apns, shared)
                .app("other", shared)
                .owned(false)
                .timeSource(time)
                .build();
        shared.respondAlways(new PushResponse.Misconfigured("PERMISSION_DENIED", "role missing"));
        CompletableFuture<SendResult> one =
                client.send(PushRequest.of(Target.fcm("app", "a"), Notification.alert("t", "b")));
        LaneKey otherLane = LaneKey.of("other", ProviderId.FCM);
        Await.until(
                "the sender is paused",
                () -> client.lanes()
                        .state(LaneKey.of("app", ProviderId.FCM))
                        .paused()
                        .isPresent());
        CompletableFuture<SendResult> two =
                client.send(PushRequest.of(Target.fcm("other", "b"), Notification.alert("t", "b")));
        assertThat(Await.result(send("apns goes on"))).isInstanceOf(SendResult.Accepted.class);
        Await.until(
                "the other app's lane holds",
                () -> client.lanes().state(otherLane).waitingUrgent() == 1);
        assertThat(client.health().reasons()).anyMatch(line -> line.contains("PERMISSION_DENIED"));

        Await.advancing(
                time,
                Duration.ofMinutes(2),
                "a probe was made",
                () -> shared.requests().size() == 2);
        assertThat(one).isNotDone();
        assertThat(two).isNotDone();
        shared.respondAlways(new PushResponse.Accepted("mended"));
        assertThat(resultWhileTimePasses(one)).isEqualTo(new SendResult.Accepted("mended"));
        assertThat(resultWhileTimePasses(two)).isEqualTo(new SendResult.Accepted("mended"));
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void whatWaitsForAPausedSenderUntilItsDeadlineWasNotSent() {
        apns.respondAlways(WRONG_KEY);
        assertThat(resultWhileTimePasses(send("a")))
                .isEqualTo(new SendResult.NotSent(SendResult.NotSent.Why.LANE_PAUSED));
    }

    @Test
    void theHostPausesAndResumesByHand() {
        client.lanes().pause(LANE, "maintenance");
        CompletableFuture<SendResult> waiting = send("a");
        Await.until("it waits", () -> client.lanes().state(LANE).waitingUrgent() == 1);
        time.advance(Duration.ofMinutes(30));
        assertThat(apns.requests()).isEmpty();
        client.lanes().resume(LANE);
        assertThat(Await.result(waiting)).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aThrottledSenderWaitsAndAThrottledDeviceWaitsAlone() {
        apns.respondTo(
                "slow",
                new PushResponse.Throttled(
                        "TooManyRequests", Duration.ofSeconds(60), PushResponse.Throttled.Scope.DEVICE));
        CompletableFuture<SendResult> slow = send("slow");
        Await.until("the device was throttled", () -> client.lanes().state(LANE).backingOff() == 1);
        assertThat(Await.result(send("other"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(slow).isNotDone();
        assertThat(resultWhileTimePasses(slow)).isInstanceOf(SendResult.Accepted.class);

        apns.respondTo(
                "quota",
                new PushResponse.Throttled(
                        "QUOTA_EXCEEDED", Duration.ofSeconds(60), PushResponse.Throttled.Scope.SENDER));
        CompletableFuture<SendResult> quota = send("quota");
        Await.until("the sender was throttled", () -> client.lanes().state(LANE).backingOff() == 1);
        CompletableFuture<SendResult> behind = send("behind");
        time.advance(Duration.ofSeconds(30));
        Await.until("it waits behind", () -> client.lanes().state(LANE).waitingUrgent() == 1);
        assertThat(apns.requestsTo("behind")).isEmpty();
        assertThat(resultWhileTimePasses(behind)).isInstanceOf(SendResult.Accepted.class);
        assertThat(resultWhileTimePasses(quota)).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aBlockingCallbackHoldsUpNeitherTheLaneNorTheClose() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        apns.hold();
        send("a").thenRun(() -> {
            entered.countDown();
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        apns.release();
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.result(send("b"))).isInstanceOf(SendResult.Accepted.class);
        long before = System.nanoTime();
        client.close(Duration.ofMillis(200));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(A_WHILE);
        blocked.countDown();
    }

    @Test
    void closingCompletesEveryFutureAndSaysWhatWasLeft() {
        client.close(Duration.ZERO);
        client = PushClient.builder()
                .app("app", apns)
                .limits(LaneLimits.builder().maxInFlight(10).build())
                .timeSource(time)
                .build();
        apns.silent();
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(send("t" + i));
        }
        Await.until("ten are in flight", () -> apns.inFlight() == 10);
        var report = client.close(Duration.ofMillis(300));
        assertThat(report.unknown()).isEqualTo(10);
        assertThat(report.notSent()).isEqualTo(90);
        assertThat(all).allMatch(CompletableFuture::isDone);
        assertThat(all.stream().map(CompletableFuture::join).filter(new SendResult.Unknown(1)::equals))
                .hasSize(10);
        assertThat(client.close(Duration.ofHours(1))).isSameAs(report);
        assertThat(apns.closed()).isTrue();
        assertThatThrownBy(() -> send("after"))
                .isInstanceOfSatisfying(
                        NotAdmittedException.class,
                        e -> assertThat(e.why()).isEqualTo(NotAdmittedException.Why.CLOSED));
        assertThat(client.health().status()).isEqualTo(Health.Status.DOWN);
    }

    /** The best of some tries: a machine that stands still for a moment is not the client's fault. */
    @Test
    void closingReturnsASecondAfterTheGraceAtTheLatest() {
        apns.silent();
        Duration best = A_WHILE;
        for (int i = 0; i < 5 && best.compareTo(Duration.ofMillis(1_300)) >= 0; i++) {
            rebuild(LaneLimits.builder().build());
            int sent = apns.requests().size();
            send("a");
            Await.until("it is in flight", () -> apns.requests().size() > sent);
            long before = System.nanoTime();
            client.close(Duration.ofMillis(300));
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            best = took.compareTo(best) < 0 ? took : best;
        }
        assertThat(best).isLessThan(Duration.ofMillis(1_300));
    }

    @Test
    void closingWaitsForWhatIsUnderWay() {
        apns.hold();
        CompletableFuture<SendResult> inFlight = send("a");
        Await.until("it is in flight", () -> apns.inFlight() == 1);
        CompletableFuture<Boolean> clean = CompletableFuture.supplyAsync(
                () -> client.close(Duration.ofSeconds(20)).isClean());
        apns.release();
        assertThat(clean.join()).isTrue();
        assertThat(inFlight.join()).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aClientMayBeClosedFromItsOwnCallback() {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        apns.hold();
        send("a").thenRun(() -> {
            // Its own completion is not over: waiting for that would take the whole grace.
            client.close(Duration.ofMinutes(10));
            closed.complete(true);
        });
        apns.release();
        assertThat(closed.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
    }
}
