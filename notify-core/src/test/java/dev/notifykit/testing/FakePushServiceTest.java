package dev.notifykit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakePushServiceTest {

    private static final PushResponse BUSY = new Unavailable(Unavailable.Cause.SERVER_ERROR, "503");
    private static final PushResponse DEAD = new PushResponse.TokenInvalid("Unregistered", null);
    private static final PushResponse OK = new Accepted("by-hand");

    private final FakePushService fake = FakePushService.create(ProviderId.APNS);

    @Test
    void acceptsEverythingUnlessToldOtherwise() {
        assertThat(push("a").join()).isEqualTo(new Accepted("apns-1"));
        assertThat(push("b").join()).isEqualTo(new Accepted("apns-2"));
        assertThat(fake.accepted()).isEqualTo(fake.requests()).hasSize(2);
        assertThat(fake.inFlight()).isZero();
    }

    @Test
    void followsItsQueueThenTheDefault() {
        fake.respond(BUSY, DEAD).respond(BUSY).respondAlways(OK);

        assertThat(List.of(answer("a"), answer("b"), answer("c"), answer("d"), answer("e")))
                .containsExactly(BUSY, DEAD, BUSY, OK, OK);
    }

    @Test
    void aScriptForTheAddressGoesFirst() {
        fake.respond(BUSY).respondTo("dead", DEAD).respondAlwaysTo("slow", BUSY);

        assertThat(answer("dead")).isEqualTo(DEAD);
        assertThat(answer("slow")).isEqualTo(BUSY);
        assertThat(answer("slow")).isEqualTo(BUSY);
        assertThat(answer("dead"))
                .as("its own queue is empty, the common one is not")
                .isEqualTo(BUSY);
        assertThat(answer("dead")).isInstanceOf(Accepted.class);
    }

    @Test
    void worksOutAnswers() {
        fake.respondWith(request -> request.target().address().equals("a") ? DEAD : OK);

        assertThat(answer("a")).isEqualTo(DEAD);
        assertThat(answer("b")).isEqualTo(OK);
    }

    @Test
    void anAnswerThatCannotBeWorkedOutFailsTheFuture() {
        fake.respondWith(request -> {
            throw new IllegalStateException("script");
        });

        assertThat(push("a")).isCompletedExceptionally();
        assertThat(fake.inFlight()).isZero();
    }

    @Test
    void staysSilentForSome() {
        fake.silent(2);

        CompletableFuture<PushResponse> first = push("a");
        CompletableFuture<PushResponse> second = push("b");

        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(push("c")).isDone();
        assertThat(fake.inFlight()).isEqualTo(2);
    }

    @Test
    void staysSilentForAllAndMayAnswerLate() {
        fake.silent();
        CompletableFuture<PushResponse> open = push("a");
        CompletableFuture<PushResponse> other = push("b");

        fake.complete(fake.requestsTo("a").get(0).id(), OK);

        assertThat(open).isCompletedWithValue(OK);
        assertThat(other).isNotDone();
        assertThat(fake.accepted()).isEqualTo(fake.requestsTo("a"));
    }

    @Test
    void holdsUntilCompletedByHand() {
        fake.hold();
        PushRequest request = request("a");
        CompletableFuture<PushResponse> firstAttempt = fake.push(request);
        CompletableFuture<PushResponse> secondAttempt = fake.push(request);

        fake.complete(request.id(), BUSY);
        assertThat(firstAttempt).isCompletedWithValue(BUSY);
        assertThat(secondAttempt).isNotDone();

        fake.completeAll(OK);
        assertThat(secondAttempt).isCompletedWithValue(OK);
        assertThatThrownBy(() -> fake.complete(request.id(), OK)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void releasesWhatItHeldByTheScriptInOrder() {
        fake.hold().respond(BUSY, DEAD).throwNext(new IllegalStateException("broken"));
        CompletableFuture<PushResponse> a = push("a");
        CompletableFuture<PushResponse> b = push("b");
        CompletableFuture<PushResponse> c = push("c");

        fake.release();

        assertThat(a).isCompletedWithValue(BUSY);
        assertThat(b).isCompletedWithValue(DEAD);
        assertThat(c).isCompletedExceptionally();
        assertThat(push("d")).isDone();
        assertThat(fake.inFlight()).isZero();
    }

    @Test
    void releaseLeavesSilentRequestsOpen() {
        fake.silent(1);
        CompletableFuture<PushResponse> silent = push("a");
        fake.hold();
        CompletableFuture<PushResponse> held = push("b");

        fake.release();

        assertThat(silent).isNotDone();
        assertThat(held).isDone();
    }

    @Test
    void answersWhenTimeIsMoved() {
        ManualTime time = ManualTime.create();
        fake.latency(Duration.ofMillis(80), time).respondTo("b", DEAD);
        CompletableFuture<PushResponse> a = push("a");
        CompletableFuture<PushResponse> b = push("b");

        time.advance(Duration.ofMillis(79));
        assertThat(a).isNotDone();
        assertThat(fake.inFlight()).isEqualTo(2);

        time.advance(Duration.ofMillis(1));
        assertThat(a.join()).isInstanceOf(Accepted.class);
        assertThat(b).isCompletedWithValue(DEAD);
    }

    @Test
    void countsAnAnswerThatNobodyWaitsForAnyMore() {
        ManualTime time = ManualTime.create();
        fake.latency(Duration.ofMillis(80), time);
        push("a").cancel(false);
        assertThat(fake.inFlight()).isZero();

        time.advance(Duration.ofMillis(80));

        assertThat(fake.accepted()).hasSize(1);
    }

    @Test
    void breaksTheContractOnDemand() {
        IllegalStateException broken = new IllegalStateException("broken");
        fake.throwNext(broken).failNext(broken);

        assertThatThrownBy(() -> push("a")).isSameAs(broken);
        assertThat(push("b")).isCompletedExceptionally();
        assertThat(push("c")).isDone();
        assertThat(fake.requests()).hasSize(3);
        assertThat(fake.inFlight()).isZero();
    }

    @Test
    void rejectsBeforehand() {
        PushResponse.Rejected tooLarge = new PushResponse.Rejected("PayloadTooLarge", "body");
        fake.rejectBeforehand(request -> request.target().address().equals("a") ? tooLarge : null);

        assertThat(fake.check(request("a"))).contains(tooLarge);
        assertThat(fake.check(request("b"))).isEmpty();
    }

    @Test
    void recordsAttemptsInOrder() {
        PushRequest a = request("a");
        PushRequest b = request("b");
        List.of(a, b, a).forEach(fake::push);

        assertThat(fake.requests()).containsExactly(a, b, a);
        assertThat(fake.requestsTo("a")).containsExactly(a, a);
        assertThat(fake.requestsTo("nobody")).isEmpty();
    }

    @Test
    void remembersHowManyWaitedAtOnce() {
        fake.hold();
        push("a");
        push("b");
        push("c");
        fake.completeAll(OK);
        push("d");

        assertThat(fake.maxInFlightSeen()).isEqualTo(3);
        assertThat(fake.inFlight()).isOne();
    }

    @Test
    void theCallerMayEndAFuture() {
        fake.silent();
        push("a").cancel(false);
        push("b").complete(OK);

        assertThat(fake.inFlight()).isZero();
    }

    @Test
    void takesNothingAfterClose() {
        fake.hold();
        CompletableFuture<PushResponse> open = push("a");
        assertThat(fake.closed()).isFalse();

        fake.close();
        fake.close();

        assertThat(fake.closed()).isTrue();
        assertThat(push("b").join()).isInstanceOf(Unavailable.class);
        assertThat(fake.requests()).hasSize(1);
        fake.completeAll(OK);
        assertThat(open).isCompletedWithValue(OK);
    }

    @Test
    void saysWhatItIsToldToSay() {
        assertThat(fake.provider()).isEqualTo(ProviderId.APNS);
        assertThat(fake.environment()).isEqualTo(Environment.PRODUCTION);
        fake.environment(Environment.SANDBOX).maxInFlight(7);
        assertThat(fake.environment()).isEqualTo(Environment.SANDBOX);
        assertThat(fake.maxInFlight()).isEqualTo(7);
    }

    @Test
    void showsNoAddress() {
        push("secret-token");

        assertThat(fake.toString()).doesNotContain("secret").contains("1 requests");
    }

    @Test
    void countsRightUnderManyThreads() throws Exception {
        int threads = 4;
        int each = 500;
        fake.respondAlwaysTo("dead", DEAD).respond(BUSY, BUSY, BUSY);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                runs.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        push(i % 2 == 0 ? "dead" : "alive").join();
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(fake.requests()).hasSize(threads * each);
        assertThat(fake.accepted()).hasSize(threads * each / 2 - 3);
        assertThat(fake.inFlight()).isZero();
        assertThat(fake.maxInFlightSeen()).isBetween(1, threads);
    }

    private PushResponse answer(String address) {
        return push(address).join();
    }

    private CompletableFuture<PushResponse> push(String address) {
        return fake.push(request(address));
    }

    private static PushRequest request(String address) {
        return PushRequest.of(Target.apns("com.acme.app", address), Notification.alert("Hello", "World"));
    }
}
