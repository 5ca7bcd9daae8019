package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SendOptions;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.observe.Health;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.NotSent;
import dev.notifykit.result.SendResult.Suppressed;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages on the direct road: the same thing is said once, a failed send is not eaten, a correction replaces its original. */
class MessageSendTest {

    private static final Recipient PHONE = Recipient.device(Target.apns("app", "phone"));
    private static final Notification GOAL = Notification.alert("Goal", "1:0");
    private static final DedupKey KEY = DedupKey.of("match-7:goal-1");
    private static final SendResult DUPLICATE = new Suppressed(Suppressed.Why.DUPLICATE);
    private static final PushResponse ACCEPTED = new PushResponse.Accepted("id");
    private static final PushResponse DOWN =
            new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");
    private static final PushResponse LOST =
            new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset");
    private static final SendOptions ONCE =
            SendOptions.builder().retryPolicy(RetryPolicy.none()).build();

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final SteeredDedupStore store = new SteeredDedupStore(time);
    private final List<DedupEvent> events = new CopyOnWriteArrayList<>();
    private final List<SendResult> heard = new CopyOnWriteArrayList<>();
    private final List<PushClient> clients = new ArrayList<>();
    private PushClient client = client(b -> b);

    private PushClient client(UnaryOperator<PushClientBuilder> more) {
        PushClient made = more.apply(PushClient.builder()
                        .app("app", apns)
                        .dedupStore(store)
                        .timeSource(time)
                        .owned(false)
                        .listener(new PushListener() {
                            @Override
                            public void onDedup(MessageId message, DedupEvent event) {
                                events.add(event);
                            }

                            @Override
                            public void onResult(LaneKey lane, RequestId id, SendResult result) {
                                heard.add(result);
                            }
                        }))
                .build();
        clients.add(made);
        return made;
    }

    @AfterEach
    void close() {
        clients.forEach(each -> each.close(Duration.ZERO));
    }

    private static Message saying(DedupKey key) {
        return Message.builder(PHONE, GOAL).dedupKey(key).build();
    }

    private static Message saying(String content) {
        return saying(KEY.content(content));
    }

    private CompletableFuture<MessageResult> send(Message message) {
        return client.send(message);
    }

    /** The one result of a message to one device. */
    private static SendResult only(CompletableFuture<MessageResult> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join().results().get(0);
    }

    private SendResult whileTimePasses(CompletableFuture<MessageResult> future) {
        Await.advancing(time, Duration.ofHours(3), "the message has ended", future::isDone);
        return only(future);
    }

    private void untilInFlight(int count) {
        Await.until(count + " in flight", () -> apns.inFlight() == count);
    }

    // ---- once

    @Test
    void theSameIsSaidOnce() {
        MessageResult first = send(saying(KEY)).join();
        assertThat(first.accepted()).isTrue();
        assertThat(first.targets()).hasSize(1);
        MessageResult second = send(saying(KEY)).join();
        assertThat(second.stopped()).isEqualTo(DUPLICATE);
        assertThat(second.targets()).isEmpty();
        assertThat(apns.requests()).hasSize(1);
        Await.until("both results were heard", () -> heard.size() == 2);
        assertThat(heard.get(1)).isEqualTo(DUPLICATE);
    }

    @Test
    void withoutAKeyNothingIsTheSame() {
        Message message = Message.of(PHONE, GOAL);
        assertThat(only(send(message))).isInstanceOf(SendResult.Accepted.class);
        assertThat(only(send(message))).isInstanceOf(SendResult.Accepted.class);
        assertThat(store.calls).isEmpty();
        assertThat(apns.requests())
                .extracting(PushRequest::id)
                .hasSize(2)
                .containsOnly(apns.requests().get(0).id());
    }

    @Test
    void afterItsTimeToLiveItIsNewAgain() {
        only(send(saying(KEY)));
        time.advance(DedupSettings.DEFAULT_TTL);
        assertThat(only(send(saying(KEY)))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void oneEventFromManyInstancesIsSentOnce() throws InterruptedException {
        List<PushClient> instances = List.of(client, client(b -> b), client(b -> b));
        ExecutorService threads = Executors.newFixedThreadPool(64);
        List<CompletableFuture<MessageResult>> all = new CopyOnWriteArrayList<>();
        CountDownLatch asked = new CountDownLatch(192);
        apns.hold();
        for (int i = 0; i < 192; i++) {
            PushClient instance = instances.get(i % 3);
            threads.execute(() -> {
                all.add(instance.send(saying(KEY)));
                asked.countDown();
            });
        }
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        threads.shutdown();
        untilInFlight(1);
        apns.release();
        Await.advancing(
                time,
                Duration.ofMinutes(5),
                "all have ended",
                () -> all.stream().allMatch(CompletableFuture::isDone));
        assertThat(apns.requests()).hasSize(1);
        assertThat(all).filteredOn(f -> f.join().accepted()).hasSize(1);
        assertThat(all).filteredOn(f -> DUPLICATE.equals(f.join().stopped())).hasSize(191);
    }

    // ---- corrections

    @Test
    void aCorrectionPassesAndReplacesWhatIsShown() {
        only(send(saying("1:0")));
        assertThat(only(send(saying("1:1")))).isInstanceOf(SendResult.Accepted.class);
        assertThat(only(send(saying("1:1")))).isEqualTo(DUPLICATE);
        assertThat(apns.requests()).hasSize(2);
        String collapse = apns.requests().get(0).collapseId().orElseThrow();
        assertThat(apns.requests().get(1).collapseId()).contains(collapse);
        assertThat(collapse).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void aCollapseIdOfTheHostStays() {
        only(send(Message.builder(PHONE, GOAL).dedupKey(KEY).collapseId("mine").build()));
        only(send(Message.builder(
                        PHONE,
                        Notification.builder().background().data("goal", "1").build())
                .dedupKey(KEY.content("silent"))
                .build()));
        assertThat(apns.requests())
                .extracting(r -> r.collapseId().orElse("none"))
                .containsExactly("mine", "none");
    }

    @Test
    void whatIsOutOfDateStops() {
        only(send(saying(KEY.version(5))));
        assertThat(only(send(saying(KEY.version(4))))).isEqualTo(new Suppressed(Suppressed.Why.STALE));
        assertThat(only(send(saying(KEY.version(6))))).isInstanceOf(SendResult.Accepted.class);
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void anOriginalThatWaitsIsSupersededByItsCorrection() {
        apns.respond(DOWN, ACCEPTED);
        CompletableFuture<MessageResult> original = send(saying("1:0"));
        Await.until("the original waits", () -> apns.requests().size() == 1 && apns.inFlight() == 0);
        CompletableFuture<MessageResult> correction = send(saying("1:1"));
        assertThat(only(original)).isEqualTo(new Suppressed(Suppressed.Why.SUPERSEDED));
        assertThat(whileTimePasses(correction)).isInstanceOf(SendResult.Accepted.class);
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void aCorrectionWaitsForTheAttemptOfItsOriginal() {
        apns.hold();
        CompletableFuture<MessageResult> original = send(saying("1:0"));
        untilInFlight(1);
        CompletableFuture<MessageResult> correction = send(saying("1:1"));
        time.advance(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(apns.requests()).hasSize(1);
        apns.release();
        assertThat(only(original)).isInstanceOf(SendResult.Accepted.class);
        assertThat(whileTimePasses(correction)).isInstanceOf(SendResult.Accepted.class);
        assertThat(only(send(saying("1:1")))).isEqualTo(DUPLICATE);
    }

    @Test
    void aCorrectionWaitsNoLongerThanAnAttemptTakes() {
        client = client(b -> b.limits(
                LaneLimits.builder().attemptTimeout(Duration.ofSeconds(5)).build()));
        // Elsewhere, under a lease of 30 s, and not heard of again.
        hold(KEY.content("1:0"), ClaimOwner.random());
        CompletableFuture<MessageResult> correction = send(saying("1:1"));
        for (int i = 0; i < 9; i++) {
            time.advance(Duration.ofMillis(500));
        }
        assertThat(apns.requests()).isEmpty();
        for (int i = 0; i < 6; i++) {
            time.advance(Duration.ofMillis(500));
        }
        assertThat(only(correction)).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aSupersededMessageThatMayHaveArrivedIsUnknown() {
        apns.respond(LOST, ACCEPTED);
        CompletableFuture<MessageResult> original = send(saying("1:0"));
        Await.until("the original waits", () -> apns.requests().size() == 1 && apns.inFlight() == 0);
        CompletableFuture<MessageResult> correction = send(saying("1:1"));
        assertThat(only(original)).isEqualTo(new SendResult.Unknown(1));
        assertThat(whileTimePasses(correction)).isInstanceOf(SendResult.Accepted.class);
    }

    // ---- two phases: a send that failed is not eaten

    @Test
    void aFailedSendCanBeRepeated() {
        apns.respond(DOWN, ACCEPTED);
        assertThat(only(client.send(saying(KEY), ONCE))).isInstanceOf(SendResult.DeadLettered.class);
        assertThat(only(send(saying(KEY)))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void whatTheProviderHasJudgedIsNotRepeated() {
        apns.respond(
                new PushResponse.Rejected("BadTopic", "topic"),
                new PushResponse.TokenInvalid("Unregistered", time.now()));
        assertThat(only(send(saying(DedupKey.of("a"))))).isInstanceOf(SendResult.Rejected.class);
        assertThat(only(send(saying(DedupKey.of("b"))))).isInstanceOf(SendResult.TokenInvalid.class);
        assertThat(only(send(saying(DedupKey.of("a"))))).isEqualTo(DUPLICATE);
        assertThat(only(send(saying(DedupKey.of("b"))))).isEqualTo(DUPLICATE);
    }

    @Test
    void whatMayHaveArrivedCountsAsSaid() {
        apns.respond(LOST);
        assertThat(only(client.send(saying(KEY), ONCE))).isEqualTo(new SendResult.Unknown(1));
        assertThat(only(send(saying(KEY)))).isEqualTo(DUPLICATE);
    }

    @Test
    void whatMayHaveArrivedCanBeReleasedByChoice() {
        client = client(b -> b.dedup(DedupSettings.builder()
                .afterUnknown(DedupSettings.AfterUnknown.RELEASE)
                .build()));
        apns.respond(LOST);
        assertThat(only(client.send(saying(KEY), ONCE))).isEqualTo(new SendResult.Unknown(1));
        assertThat(only(send(saying(KEY)))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void whatExpiredOrWasCancelledCanBeRepeated() {
        apns.respondAlways(DOWN);
        CompletableFuture<MessageResult> expiring = send(Message.builder(PHONE, GOAL)
                .dedupKey(KEY)
                .expiresAt(time.now().plusSeconds(20))
                .build());
        assertThat(whileTimePasses(expiring)).isEqualTo(new SendResult.Expired());
        CompletableFuture<MessageResult> cancelled = send(saying(KEY));
        Await.until(
                "it waits for its next attempt",
                () -> apns.inFlight() == 0 && apns.requests().size() > 1);
        assertThat(cancelled.cancel(false)).isTrue();
        long releases = 2;
        Await.until("both claims were given back", () -> store.count("release") == releases);
        apns.respondAlways(ACCEPTED);
        assertThat(only(send(saying(KEY)))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aCrashBetweenClaimAndSendDoesNotEatTheMessage() {
        hold(KEY, ClaimOwner.random());
        CompletableFuture<MessageResult> again = send(saying(KEY));
        time.advance(DedupSettings.DEFAULT_LEASE.minusSeconds(1));
        assertThat(apns.requests()).isEmpty();
        assertThat(whileTimePasses(again)).isInstanceOf(SendResult.Accepted.class);
        Await.until("the take-over is counted", () -> events.equals(List.of(DedupEvent.TAKEN_OVER)));
    }

    /** A claim of somebody else. */
    private void hold(DedupKey key, ClaimOwner owner) {
        Claim claim = store.claim(key, owner, DedupSettings.defaults().terms())
                .toCompletableFuture()
                .join();
        assertThat(claim).isInstanceOfAny(Claim.New.class, Claim.Correction.class);
    }

    // ---- while another says the same

    @Test
    void whileAnotherSaysItAMessageWaitsForTheEnd() {
        apns.hold();
        CompletableFuture<MessageResult> first = send(saying(KEY));
        untilInFlight(1);
        CompletableFuture<MessageResult> second = send(saying(KEY));
        time.advance(Duration.ofSeconds(5));
        assertThat(second).isNotDone();
        apns.release();
        assertThat(only(first)).isInstanceOf(SendResult.Accepted.class);
        assertThat(whileTimePasses(second)).isEqualTo(DUPLICATE);
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void whenTheOtherFailsTheOneThatWaitedIsSent() {
        apns.hold();
        CompletableFuture<MessageResult> first = client.send(saying(KEY), ONCE);
        untilInFlight(1);
        CompletableFuture<MessageResult> second = send(saying(KEY));
        apns.completeAll(DOWN);
        assertThat(only(first)).isInstanceOf(SendResult.DeadLettered.class);
        apns.release();
        assertThat(whileTimePasses(second)).isInstanceOf(SendResult.Accepted.class);
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void itDoesNotWaitLongerThanItLives() {
        ClaimOwner other = ClaimOwner.random();
        hold(KEY, other);
        CompletableFuture<MessageResult> impatient = client.send(
                saying(KEY),
                SendOptions.builder()
                        .retryPolicy(RetryPolicy.builder()
                                .totalDeadline(Duration.ofSeconds(10))
                                .build())
                        .build());
        CompletableFuture<MessageResult> shortLived = send(Message.builder(PHONE, GOAL)
                .dedupKey(KEY)
                .expiresAt(time.now().plusSeconds(8))
                .build());
        assertThat(whileTimePasses(impatient)).isEqualTo(new NotSent(NotSent.Why.CLAIMED_ELSEWHERE));
        assertThat(only(shortLived)).isEqualTo(new SendResult.Expired());
        assertThat(apns.requests()).isEmpty();
    }

    @Test
    void whatWaitsForItsClaimTakesASlotAndCanBeCancelled() {
        client = client(b -> b.limits(LaneLimits.builder().maxHeld(1).build()));
        hold(KEY, ClaimOwner.random());
        CompletableFuture<MessageResult> waiting = send(saying(KEY));
        assertThatThrownBy(() -> send(saying(DedupKey.of("other")))).isInstanceOf(NotAdmittedException.class);
        assertThat(waiting.cancel(false)).isTrue();
        Await.until("the slot is free", () -> {
            try {
                return only(send(saying(DedupKey.of("other")))) instanceof SendResult.Accepted;
            } catch (NotAdmittedException full) {
                return false;
            }
        });
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void closingEndsWhatWaitsForItsClaim() {
        hold(KEY, ClaimOwner.random());
        CompletableFuture<MessageResult> waiting = send(saying(KEY));
        CloseReport report = client.close(Duration.ofMillis(10));
        assertThat(only(waiting)).isEqualTo(new NotSent(NotSent.Why.SHUTDOWN));
        assertThat(report.notSent()).isEqualTo(1);
    }

    // ---- the lease

    @Test
    void aClaimIsRenewedAsLongAsItsMessageLives() {
        apns.respondAlways(DOWN);
        CompletableFuture<MessageResult> first = send(saying(KEY));
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofSeconds(2));
        }
        assertThat(first).isNotDone();
        Claim claim = store.claim(
                        KEY, ClaimOwner.random(), DedupSettings.defaults().terms())
                .toCompletableFuture()
                .join();
        assertThat(claim).isInstanceOf(Claim.InFlight.class);
        assertThat(whileTimePasses(first)).isInstanceOf(SendResult.DeadLettered.class);
        long renewed = store.count("renew");
        time.advance(Duration.ofMinutes(5));
        assertThat(store.count("renew")).isEqualTo(renewed);
    }

    @Test
    void aMessageWhoseClaimWasTakenOverEnds() {
        apns.respondAlways(DOWN);
        CompletableFuture<MessageResult> first = send(saying(KEY));
        // Its renewals do not arrive until the lease has ended and another has taken over.
        store.mode = SteeredDedupStore.Mode.FAILS;
        time.schedule(
                () -> {
                    store.mode = SteeredDedupStore.Mode.WORKS;
                    hold(KEY, ClaimOwner.random());
                },
                DedupSettings.DEFAULT_LEASE.plusMillis(1));
        assertThat(whileTimePasses(first)).isEqualTo(new NotSent(NotSent.Why.CLAIMED_ELSEWHERE));
        assertThat(apns.requests()).hasSizeLessThan(10);
        Await.until("the loss is counted", () -> events.contains(DedupEvent.LOST));
    }

    // ---- when the store cannot answer

    @ParameterizedTest
    @EnumSource(value = SteeredDedupStore.Mode.class, names = "WORKS", mode = EnumSource.Mode.EXCLUDE)
    void whenTheStoreCannotSayItIsSentAllTheSame(SteeredDedupStore.Mode mode) {
        store.mode = mode;
        assertThat(whileTimePasses(send(saying(KEY)))).isInstanceOf(SendResult.Accepted.class);
        Await.until("it is counted", () -> events.contains(DedupEvent.UNCHECKED));
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        store.mode = SteeredDedupStore.Mode.WORKS;
        assertThat(only(send(saying(KEY.content("other"))))).isInstanceOf(SendResult.Accepted.class);
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
    }

    @ParameterizedTest
    @EnumSource(value = SteeredDedupStore.Mode.class, names = "WORKS", mode = EnumSource.Mode.EXCLUDE)
    void whenTheStoreCannotSayNothingIsSentWhereThatIsThePolicy(SteeredDedupStore.Mode mode) {
        client = client(b -> b.dedup(DedupSettings.builder()
                .whenUnavailable(DedupSettings.WhenUnavailable.DO_NOT_SEND)
                .build()));
        store.mode = mode;
        assertThat(whileTimePasses(send(saying(KEY)))).isEqualTo(new NotSent(NotSent.Why.STORE_UNAVAILABLE));
        assertThat(apns.requests()).isEmpty();
        Await.until("it is counted", () -> events.equals(List.of(DedupEvent.REFUSED)));
    }

    @Test
    void aStoreThatIsBackAtTheEndLearnsWhatWasSent() {
        apns.hold();
        store.mode = SteeredDedupStore.Mode.FAILS;
        CompletableFuture<MessageResult> unchecked = send(saying(KEY));
        untilInFlight(1);
        store.mode = SteeredDedupStore.Mode.WORKS;
        apns.release();
        assertThat(only(unchecked)).isInstanceOf(SendResult.Accepted.class);
        assertThat(only(send(saying(KEY)))).isEqualTo(DUPLICATE);
    }

    @Test
    void anEndThatTheStoreDoesNotHearIsToldAgain() {
        apns.hold();
        CompletableFuture<MessageResult> first = send(saying(KEY));
        untilInFlight(1);
        store.mode = SteeredDedupStore.Mode.FAILS;
        apns.release();
        Await.until("the first try has failed", () -> store.count("confirm") == 1);
        store.mode = SteeredDedupStore.Mode.WORKS;
        assertThat(whileTimePasses(first)).isInstanceOf(SendResult.Accepted.class);
        assertThat(only(send(saying(KEY)))).isEqualTo(DUPLICATE);
        assertThat(events).isEmpty();
    }

    @Test
    void anEndThatTheStoreNeverHearsIsCountedAndHoldsNobodyUp() {
        apns.hold();
        CompletableFuture<MessageResult> first = send(saying(KEY));
        untilInFlight(1);
        store.mode = SteeredDedupStore.Mode.SILENT;
        apns.release();
        assertThat(whileTimePasses(first)).isInstanceOf(SendResult.Accepted.class);
        Await.until("it is counted", () -> events.contains(DedupEvent.UNCONFIRMED));
    }

    @Test
    void whenTrustHasRunOutThePolicyDecides() {
        client = client(b -> b.dedup(DedupSettings.builder()
                .whenUnavailable(DedupSettings.WhenUnavailable.DO_NOT_SEND)
                .build()));
        apns.respondAlways(DOWN);
        CompletableFuture<MessageResult> first = send(saying(KEY));
        Await.until("it waits", () -> apns.requests().size() == 1 && apns.inFlight() == 0);
        store.mode = SteeredDedupStore.Mode.FAILS;
        assertThat(whileTimePasses(first)).isEqualTo(new NotSent(NotSent.Why.STORE_UNAVAILABLE));
        Duration trusted = DedupSettings.DEFAULT_LEASE;
        assertThat(Duration.between(ManualTime.DEFAULT_START, time.now()))
                .isGreaterThan(trusted.multipliedBy(5).dividedBy(6));
    }

    // ---- bad input

    @Test
    void aDeadlineBeyondTheTimeToLiveIsRefused() {
        DedupSettings brief =
                DedupSettings.builder().ttl(Duration.ofMinutes(59)).build();
        assertThatThrownBy(() -> client(b -> b.dedup(brief)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("dedup")
                .hasMessageContaining("PT59M");
        SendOptions patient = SendOptions.builder()
                .retryPolicy(
                        RetryPolicy.builder().totalDeadline(Duration.ofHours(6)).build())
                .build();
        assertThatThrownBy(() -> client.send(saying(KEY), patient))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("total deadline");
        assertThat(only(client.send(Message.of(PHONE, GOAL), patient))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void aMessageWithoutALaneOrWithAWrongContentIsRejectedBeforeItIsClaimed() {
        Message stranger = Message.builder(Recipient.device(Target.fcm("app", "x")), GOAL)
                .dedupKey(KEY)
                .build();
        assertThat(only(send(stranger))).isInstanceOf(SendResult.Rejected.class);
        apns.rejectBeforehand(request -> new PushResponse.Rejected("TOO_LARGE", "payload"));
        assertThat(only(send(saying(KEY)))).isEqualTo(new SendResult.Rejected("TOO_LARGE", "payload"));
        assertThat(store.calls).isEmpty();
    }

    @Test
    void theStoreIsClosedWithTheClientThatOwnsIt() {
        client(b -> b.owned(true)).close(Duration.ZERO);
        assertThat(store.closed).isTrue();
    }
}
