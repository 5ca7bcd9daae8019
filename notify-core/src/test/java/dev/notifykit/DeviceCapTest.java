package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.limit.Reservation;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SendOptions;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.UnknownPolicy;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device gets no more than its cap, what did not reach it does not count, and nothing waits for the store but what has to. */
class DeviceCapTest {

    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SendResult CAPPED = new SendResult.Suppressed(SendResult.Suppressed.Why.CAPPED);
    private static final PushResponse DOWN =
            new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");
    private static final PushResponse LOST =
            new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "reset");

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS).maxInFlight(10);
    private final SteeredCapStore store = new SteeredCapStore(time);
    private PushClient client = client(2, builder -> builder);

    private PushClient client(int most, UnaryOperator<PushClientBuilder> more) {
        return more.apply(PushClient.builder()
                        .app("app", apns)
                        .limits(LaneLimits.builder().perDevice(most, HOUR).build())
                        .capStore(store)
                        .timeSource(time)
                        .owned(false))
                .build();
    }

    private void rebuild(int most, UnaryOperator<PushClientBuilder> more) {
        client.close(Duration.ZERO);
        client = client(most, more);
    }

    @AfterEach
    void close() {
        client.close(Duration.ZERO);
    }

    private CompletableFuture<SendResult> send(String token) {
        return client.send(to(token).build());
    }

    private static PushRequest.Builder to(String token) {
        return PushRequest.builder(Target.apns("app", token), Notification.alert("title", "body"));
    }

    private SendResult result(CompletableFuture<SendResult> future) {
        return Await.result(future);
    }

    private SendResult resultWhileTimePasses(CompletableFuture<SendResult> future) {
        Await.advancing(time, Duration.ofMinutes(40), "the send has ended", future::isDone);
        return future.join();
    }

    private static boolean isFor(Reservation place, String token) {
        return place.target().address().equals(token);
    }

    @Test
    void overItsCapADeviceGetsNothingUntilTheWindowHasRolledOn() {
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        time.advance(HOUR.dividedBy(2));
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
        assertThat(result(send("b"))).isInstanceOf(SendResult.Accepted.class);

        time.advance(HOUR.dividedBy(2));
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
        assertThat(apns.requestsTo("a")).hasSize(3);
    }

    @Test
    void whatDidNotReachTheDeviceDoesNotCount() {
        apns.respondTo(
                "a",
                new PushResponse.Rejected("BadPriority", "x"),
                new PushResponse.TokenInvalid("Unregistered", null),
                new PushResponse.Rejected("BadPriority", "x"));
        assertThat(result(send("a"))).isInstanceOf(SendResult.Rejected.class);
        assertThat(result(send("a"))).isInstanceOf(SendResult.TokenInvalid.class);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Rejected.class);

        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void allAttemptsOfARequestCountOnce() {
        rebuild(1, builder -> builder);
        apns.respondTo("a", DOWN, LOST, DOWN, new PushResponse.Accepted("id"));
        assertThat(resultWhileTimePasses(send("a"))).isInstanceOf(SendResult.Accepted.class);

        assertThat(store.reserved).hasSize(4);
        assertThat(store.refunded)
                .as("only what came before the attempt that nobody knows of")
                .hasSize(1);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void whatMayHaveReachedTheDeviceCounts() {
        rebuild(1, builder -> builder);
        apns.respondTo("a", LOST);
        SendOptions report =
                SendOptions.builder().unknownPolicy(UnknownPolicy.REPORT).build();
        assertThat(result(client.send(to("a").build(), report))).isEqualTo(new SendResult.Unknown(1));
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void afterAnUnknownAttemptItIsNotCalledCapped() {
        rebuild(1, builder -> builder);
        apns.respondTo("a", LOST);
        CompletableFuture<SendResult> doubtful = send("a");
        Await.until(
                "it waits to be tried again", () -> client.lanes().state(LANE).backingOff() == 1);
        store.refund(store.reserved.get(0));
        PushRequest another = to("a").build();
        assertThat(result(client.send(another))).isInstanceOf(SendResult.Accepted.class);

        assertThat(resultWhileTimePasses(doubtful)).isEqualTo(new SendResult.Unknown(1));
    }

    @Test
    void aMessageThatIsCappedIsNotADuplicateLater() {
        rebuild(1, builder -> builder);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        Message message = Message.builder(Recipient.device(Target.apns("app", "a")), Notification.alert("t", "b"))
                .dedupKey(DedupKey.of("match-7"))
                .build();
        assertThat(only(client.send(message))).isEqualTo(CAPPED);
        time.advance(HOUR);
        assertThat(only(client.send(message))).isInstanceOf(SendResult.Accepted.class);
    }

    private static SendResult only(CompletableFuture<MessageResult> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join().targets().get(0).result();
    }

    // ---- a store that takes its time

    @Test
    void nothingElseWaitsForTheStore() {
        store.slow = place -> isFor(place, "slow");
        CompletableFuture<SendResult> slow = send("slow");
        Await.until("the store is asked", () -> store.waiting() == 1);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(slow).isNotDone();
        store.answer();

        assertThat(result(slow)).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void noMoreAskThanMayBeInFlight() {
        store.slow = place -> true;
        List<CompletableFuture<SendResult>> sends =
                IntStream.range(0, 100).mapToObj(i -> send("token-" + i)).toList();
        Await.until("the store is asked", () -> store.waiting() == 10);
        LaneState state = client.lanes().state(LANE);
        assertThat(state.inFlight()).isEqualTo(10);
        store.slow = place -> false;
        store.answer();

        sends.forEach(each -> assertThat(result(each)).isInstanceOf(SendResult.Accepted.class));
        assertThat(apns.maxInFlightSeen()).isLessThanOrEqualTo(10);
    }

    @Test
    void whatEndsMeanwhileIsNotSentAndGivesItsPlaceBack() {
        store.slow = place -> true;
        CompletableFuture<SendResult> cancelled = send("a");
        CompletableFuture<SendResult> expired =
                client.send(to("b").expiresAt(time.now().plusSeconds(1)).build());
        Await.until("the store is asked", () -> store.waiting() == 2);
        cancelled.cancel(false);
        time.advance(Duration.ofMillis(1_500));
        store.answer();

        assertThat(result(expired)).isEqualTo(new SendResult.Expired());
        Await.until("places are given back", () -> store.refunded.size() == 2);
        assertThat(apns.requests()).isEmpty();
        store.slow = place -> false;
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
    }

    @Test
    void whileTheSenderIsPausedItWaitsOn() {
        store.slow = place -> true;
        CompletableFuture<SendResult> send = send("a");
        Await.until("the store is asked", () -> store.waiting() == 1);
        client.lanes().pause(LANE, "maintenance");
        store.answer();
        Await.until("it waits in its lane", () -> client.lanes().state(LANE).waitingUrgent() == 1);
        assertThat(apns.requests()).isEmpty();
        store.slow = place -> false;
        client.lanes().resume(LANE);

        assertThat(result(send)).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void whatTheStoreIsAskedForAtTheCloseHasItsEnd() {
        store.slow = place -> true;
        CompletableFuture<SendResult> send = send("a");
        Await.until("the store is asked", () -> store.waiting() == 1);
        client.close(Duration.ZERO);
        assertThat(result(send)).isEqualTo(new SendResult.NotSent(SendResult.NotSent.Why.SHUTDOWN));
        store.answer();

        assertThat(apns.requests()).isEmpty();
    }

    @Test
    void aPermitThatHasWaitedTooLongIsTakenAnew() {
        rebuild(
                10,
                builder -> builder.limits(LaneLimits.builder()
                        .perDevice(10, HOUR)
                        .ratePerSecond(20)
                        .build()));
        store.slow = place -> true;
        List<CompletableFuture<SendResult>> sends =
                IntStream.range(0, 10).mapToObj(i -> send("token-" + i % 3)).toList();
        Map<Long, Integer> perInstant = new ConcurrentHashMap<>();
        apns.respondWith(request -> {
            perInstant.merge(time.nanoTime(), 1, Integer::sum);
            return new PushResponse.Accepted("id");
        });
        for (int step = 0; step < 20 && store.waiting() < sends.size(); step++) {
            time.advance(Duration.ofMillis(50));
            Await.settle();
        }
        assertThat(store.waiting()).as("all have a permit, and wait").isEqualTo(sends.size());
        time.advance(Duration.ofMillis(300));
        Await.settle();
        store.answer();
        Await.settle();
        assertThat(perInstant.values())
                .as("at one moment: the burst of the rate")
                .containsExactly(3);
        store.slow = place -> false;
        sends.forEach(each -> assertThat(resultWhileTimePasses(each)).isInstanceOf(SendResult.Accepted.class));
    }

    // ---- a store that is away

    @ParameterizedTest
    @EnumSource(
            value = SteeredCapStore.Mode.class,
            names = {"FAILS", "THROWS"})
    void withoutTheStoreEverythingGoesOnUncheckedAndHealthSaysSo(SteeredCapStore.Mode away) {
        rebuild(1, builder -> builder);
        store.mode = away;
        for (int i = 0; i < 5; i++) {
            assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        }
        Health health = client.health();
        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.reasons())
                .containsExactly("the cap store does not answer: 5 requests went on unchecked since");
        assertThat(store.reserved).as("it is not asked for each").hasSizeLessThanOrEqualTo(2);

        store.mode = SteeredCapStore.Mode.WORKS;
        time.advance(Duration.ofSeconds(1));
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void aStoreThatFallsSilentHoldsNothingUpForLong() {
        store.slow = place -> true;
        CompletableFuture<SendResult> first = send("a");
        Await.until("the store is asked", () -> store.waiting() == 1);
        time.advance(Duration.ofSeconds(2));
        assertThat(resultWhileTimePasses(first)).isInstanceOf(SendResult.Accepted.class);

        assertThat(resultWhileTimePasses(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(resultWhileTimePasses(send("b"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(client.health().reasons()).anyMatch(reason -> reason.contains("cap store"));
    }

    // ---- without one, and in fan-outs

    @Test
    void withoutAStoreItIsKeptHere() {
        client.close(Duration.ZERO);
        client = PushClient.builder()
                .app("app", apns)
                .limits(LaneLimits.builder().perDevice(1, HOUR).build())
                .timeSource(time)
                .build();
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(result(send("a"))).isEqualTo(CAPPED);
    }

    @Test
    void withoutACapTheStoreIsNotAsked() {
        client.close(Duration.ZERO);
        client = PushClient.builder()
                .app("app", apns)
                .capStore(store)
                .timeSource(time)
                .build();
        assertThat(result(send("a"))).isInstanceOf(SendResult.Accepted.class);
        assertThat(store.reserved).isEmpty();
        client.close(Duration.ZERO);
        assertThat(store.closed).isTrue();
    }

    @Test
    void rowsOfFanOutsCountLikeDirectSends() {
        List<AudienceRow> rows = IntStream.range(0, 500)
                .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "token-" + i % 100)))
                .toList();
        rebuild(
                2,
                builder -> builder.handler(FanOutHandler.builder("all")
                        .audience(Audience.of(rows))
                        .lanes(LANE)
                        .build()));
        for (int i = 0; i < 50; i++) {
            assertThat(result(send("token-" + i))).isInstanceOf(SendResult.Accepted.class);
        }
        store.slow = place -> place.mark() % 2 == 0;
        client.start();
        FanOut fanOut = client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("campaign"), "all", Notification.alert("a", "b"))
                        .build());
        Await.advancing(time, Duration.ofMinutes(30), "the fan-out has ended", () -> {
            store.answer();
            return fanOut.progress().state().isEnd();
        });

        assertThat(fanOut.progress().isConserved()).isTrue();
        assertThat(fanOut.progress().results())
                .containsEntry(SendResult.Kind.ACCEPTED, 150L)
                .containsEntry(SendResult.Kind.SUPPRESSED, 350L)
                .hasSize(2);
        IntStream.range(0, 100)
                .forEach(i -> assertThat(apns.requestsTo("token-" + i)).hasSize(2));
    }
}
