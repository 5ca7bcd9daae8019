package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.SenderRate;
import dev.notifykit.limit.InMemoryRateStore;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt.Verdict;
import dev.notifykit.observe.Health;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Started;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Suppressed;
import dev.notifykit.retry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a submitted message between its fetch and its result. */
class QueueRoadTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final PushResponse DOWN =
            new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");
    private static final PushResponse LOST =
            new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "lost");
    private static final PushResponse BAD_KEY = new PushResponse.Misconfigured("InvalidProviderToken", "bad key");
    private static final PushResponse OK = new PushResponse.Accepted("ok");
    private static final UnaryOperator<PushClientBuilder> TWO_ATTEMPTS =
            builder -> builder.retryPolicy(RetryPolicy.builder().maxAttempts(2).build());

    private QueueWorld world = new QueueWorld();
    private final List<PushClient> clients = new ArrayList<>();

    private PushClient start() {
        return start(builder -> builder);
    }

    private PushClient start(UnaryOperator<PushClientBuilder> settings) {
        PushClient client = world.started(settings.andThen(builder -> builder)::apply);
        clients.add(client);
        return client;
    }

    @AfterEach
    void close() {
        clients.forEach(client -> client.close(Duration.ofSeconds(5)));
        world.assertConserved();
    }

    // ---- retries

    @Test
    void aShortWaitIsSpentInTheLaneAndALongOneInTheQueue() {
        world.apns.respondTo("short", DOWN);
        world.apns.respondTo(
                "long",
                new PushResponse.Throttled(
                        "TooManyRequests", Duration.ofMinutes(3), PushResponse.Throttled.Scope.DEVICE));
        PushClient client = start();
        client.submit(List.of(QueueWorld.to("short"), QueueWorld.to("long")));

        world.until("one is parked", () -> world.queue.state().parked() == 1);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("short", "long");
        assertThat(world.apns.requestsTo("long"))
                .hasSize(2)
                .extracting(PushRequest::id)
                .containsOnly(world.accepted().get(1));
        assertThat(world.queue.state().possibleDuplicates()).isZero();
    }

    @Test
    void whatMayHaveArrivedIsCountedBeforeItIsSentAgain() {
        world.apns.respondTo("phone", LOST);
        List<Long> counted = new ArrayList<>();
        world.apns.respondWith(request -> {
            counted.add(world.queue.state().possibleDuplicates());
            return OK;
        });
        PushClient client = start();
        client.submit(QueueWorld.to("phone"));
        world.untilQuiet();
        assertThat(counted).containsExactly(1L);
        assertThat(world.heard).extracting(DeliveryResult::result).containsExactly(new SendResult.Accepted("ok"));
    }

    @Test
    void attemptsAreRememberedInTheQueue() {
        world.apns.respondAlwaysTo(
                "phone",
                new PushResponse.Throttled(
                        "TooManyRequests", Duration.ofSeconds(90), PushResponse.Throttled.Scope.DEVICE));
        PushClient client = start(builder ->
                builder.retryPolicy(RetryPolicy.builder().maxAttempts(4).build()));
        client.submit(QueueWorld.to("phone"));
        world.untilQuiet();
        assertThat(world.apns.requestsTo("phone")).hasSize(4);
        assertThat(world.queue.state().deadLetters()).isEqualTo(1);
    }

    @Test
    void theTotalDeadlineGoesOnInTheQueue() {
        world.apns.respondAlwaysTo(
                "phone",
                new PushResponse.Throttled(
                        "TooManyRequests", Duration.ofMinutes(4), PushResponse.Throttled.Scope.DEVICE));
        PushClient client = start(builder -> builder.retryPolicy(
                RetryPolicy.builder().totalDeadline(Duration.ofMinutes(10)).build()));
        client.submit(QueueWorld.to("phone"));
        world.untilQuiet();
        assertThat(world.apns.requestsTo("phone")).hasSizeBetween(2, 3);
        assertThat(client.deadLetters().page(null, 10).letters())
                .extracting(DeadLetter::why)
                .containsExactly(DeadLetter.Why.DEADLINE);
    }

    // ---- what is taken

    /** What is taken is in doubt when its instance dies. Else it would begin with ten, and take more with every end. */
    @ParameterizedTest
    @EnumSource
    void noMoreIsTakenThanItsRatesGiveInASecond(Rate rate) {
        world = new QueueWorld(builder -> builder.partitions(1));
        PushClient client = start(builder -> rate.of(builder.rateStore(new InMemoryRateStore(world.time)), world));
        client.submit(IntStream.range(0, 40)
                .mapToObj(i -> QueueWorld.to("phone-" + i))
                .toList());
        AtomicLong most = new AtomicLong();
        world.until("all are sent", () -> {
            most.accumulateAndGet(world.queue.state().started(), Math::max);
            return world.apns.accepted().size() == 40;
        });
        world.untilQuiet();
        assertThat(most.get()).isBetween(1L, 9L);
    }

    private enum Rate {
        ITS_OWN {
            @Override
            PushClientBuilder of(PushClientBuilder builder, QueueWorld world) {
                return builder.limits(LaneLimits.builder().ratePerSecond(3).build());
            }
        },
        THE_FLEETS {
            @Override
            PushClientBuilder of(PushClientBuilder builder, QueueWorld world) {
                return builder.limits(LaneLimits.builder().fleetRatePerSecond(3).build());
            }
        },
        ITS_SENDERS {
            @Override
            PushClientBuilder of(PushClientBuilder builder, QueueWorld world) {
                return builder.senderRate(world.apns, SenderRate.perInstance(3));
            }
        };

        abstract PushClientBuilder of(PushClientBuilder builder, QueueWorld world);
    }

    // ---- dead letters

    @Test
    void aDeadLetterCanBeReadReplayedAndPurged() {
        world.apns.respondTo("phone", DOWN, DOWN).respondTo("tablet", DOWN, DOWN);
        PushClient client = start(TWO_ATTEMPTS);
        Message message = QueueWorld.to("phone", DedupKey.of("goal"));
        client.submit(List.of(message, QueueWorld.to("tablet")));
        world.untilQuiet();

        DeadLetters letters = client.deadLetters();
        DeadLetters.Page page = letters.page(null, 1);
        assertThat(page.letters()).hasSize(1);
        assertThat(page.next()).isNotNull();
        List<DeadLetter> all = letters.page(null, DeadLetters.MAX_PAGE).letters();
        assertThat(all).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.why()).isEqualTo(DeadLetter.Why.ATTEMPTS);
            assertThat(letter.lastReason()).isEqualTo("ServiceUnavailable");
            assertThat(letter.attempts()).isEqualTo(2);
        });
        assertThat(world.results(message.id())).singleElement().isInstanceOf(SendResult.DeadLettered.class);
        // A letter counts as said.
        assertThat(client.submit(QueueWorld.to("phone", DedupKey.of("goal"))).verdict())
                .isEqualTo(Verdict.DUPLICATE);

        DeadLetter phone = all.stream()
                .filter(letter -> letter.delivery().message().equals(message.id()))
                .findFirst()
                .orElseThrow();
        assertThat(letters.replay(List.of(phone.id(), new DeadLetter.Id("nothing"))))
                .containsExactly(DeadLetters.Replayed.QUEUED, DeadLetters.Replayed.GONE);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("phone");
        assertThat(world.results(message.id())).last().isInstanceOf(SendResult.Accepted.class);

        assertThat(letters.purge(all.stream().map(DeadLetter::id).toList())).isEqualTo(1);
        assertThat(letters.page(null, 10).letters()).isEmpty();
    }

    @Test
    void whatHasExpiredMeanwhileIsNotReplayed() {
        world.apns.respondTo("phone", DOWN, DOWN);
        PushClient client = start(TWO_ATTEMPTS);
        client.submit(Message.builder(Recipient.device(Target.apns("app", "phone")), QueueWorld.GOAL)
                .expiresAt(world.time.now().plus(Duration.ofMinutes(10)))
                .build());
        world.untilQuiet();
        world.time.advance(Duration.ofMinutes(10));
        DeadLetters letters = client.deadLetters();
        letters.replay(
                letters.page(null, 1).letters().stream().map(DeadLetter::id).toList());
        world.untilQuiet();
        assertThat(world.heard).last().extracting(DeliveryResult::result).isEqualTo(new SendResult.Expired());
        assertThat(world.apns.requests()).hasSize(2);
    }

    @Test
    void withoutRoomForLettersTheLaneStopsAndNothingIsLost() {
        world = new QueueWorld(builder -> builder.maxLetters(2));
        world.apns.respondAlways(DOWN);
        PushClient client = start(TWO_ATTEMPTS);
        for (int i = 0; i < 5; i++) {
            client.submit(QueueWorld.to("phone-" + i));
            world.until(
                    "it was attempted twice, or is not taken",
                    () -> world.heard.size() == world.apns.requests().size() / 2 && world.heard.size() >= 2
                            || world.queue.state().deadLetters() > 0);
        }
        world.until(
                "health says so",
                () -> client.health().reasons().stream()
                        .anyMatch(reason -> reason.contains("no room for dead letters")));
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(world.queue.state().deadLetters()).isEqualTo(2);
        long pending = world.queue.state().pending();
        assertThat(pending).isEqualTo(3);
        world.assertConserved();
        client.submit(QueueWorld.to("waits"));
        world.time.advance(Duration.ofSeconds(10));
        assertThat(world.apns.requestsTo("waits")).isEmpty();

        world.apns.respondAlways(OK);
        DeadLetters letters = client.deadLetters();
        for (int i = 0; i < 3; i++) {
            letters.purge(letters.page(null, 10).letters().stream()
                    .map(DeadLetter::id)
                    .toList());
            world.time.advance(Duration.ofSeconds(1));
            Await.until(
                    "it found room",
                    () -> world.queue.state().deadLetters() > 0
                            || world.queue.state().pending() == 0);
        }
        world.untilQuiet();
        assertThat(world.addresses()).contains("waits");
        world.until("health is well", () -> client.health().status() == Health.Status.UP);
    }

    // ---- lanes

    @Test
    void aPausedSenderGetsProbesOnlyAndNothingIsLost() {
        world.apns.respondAlways(BAD_KEY);
        PushClient client = start();
        IntStream.range(0, 50).forEach(i -> client.submit(QueueWorld.to("phone-" + i)));
        world.until(
                "the sender is paused",
                () -> client.health().reasons().stream().anyMatch(reason -> reason.contains("InvalidProviderToken")));
        world.until("all is back in the queue", () -> world.queue.state().started() == 0);
        int attempts = world.apns.requests().size();
        world.until("some probes were made", () -> world.apns.requests().size() >= attempts + 3);
        assertThat(world.queue.state().deadLetters()).isZero();
        assertThat(world.apns.requests()).hasSizeLessThan(attempts + 10);

        world.apns.respondAlways(OK);
        world.untilQuiet();
        assertThat(world.heard).hasSize(50).allMatch(result -> result.result() instanceof SendResult.Accepted);
        assertThat(world.queue.state().possibleDuplicates()).isZero();
    }

    @Test
    void aLaneThatTheHostHasPausedGetsNothing() {
        PushClient client = start();
        client.lanes().pause(QueueWorld.LANE, "maintenance");
        IntStream.range(0, 20).forEach(i -> client.submit(QueueWorld.to("phone-" + i)));
        world.time.advance(Duration.ofSeconds(5));
        world.until("it waits", () -> world.queue.state().queued() == 20);
        assertThat(world.apns.requests()).isEmpty();
        client.lanes().resume(QueueWorld.LANE);
        world.untilQuiet();
        assertThat(world.addresses()).hasSize(20);
    }

    @Test
    void noMoreIsFetchedThanALaneHasRoomFor() {
        world.apns.maxInFlight(5).hold();
        PushClient client = start();
        client.submit(IntStream.range(0, 200)
                .mapToObj(i -> QueueWorld.to("phone-" + i))
                .toList());
        world.until("the lane is busy", () -> world.apns.inFlight() == 5);
        world.time.advance(Duration.ofSeconds(2));
        assertThat(world.queue.state().started()).isBetween(5L, 10L);
        world.apns.release();
        world.untilQuiet();
        assertThat(world.addresses()).hasSize(200);
    }

    @Test
    void urgentGoesFirstAndBulkGetsATenth() {
        world.apns.maxInFlight(2);
        PushClient client = start(builder -> builder.limits(LaneLimits.defaults()));
        client.lanes().pause(QueueWorld.LANE, "so that all is there at first");
        client.submit(IntStream.range(0, 300)
                .mapToObj(i -> message("bulk-" + i, Urgency.BULK))
                .toList());
        client.submit(IntStream.range(0, 300)
                .mapToObj(i -> message("urgent-" + i, Urgency.URGENT))
                .toList());
        client.lanes().resume(QueueWorld.LANE);
        world.untilQuiet();
        List<String> first = world.addresses().subList(0, 200);
        long bulk = first.stream().filter(address -> address.startsWith("bulk")).count();
        assertThat(bulk).isBetween(10L, 45L);
        assertThat(world.addresses()).hasSize(600);
    }

    private static Message message(String address, Urgency urgency) {
        return Message.builder(Recipient.device(Target.apns("app", address)), QueueWorld.GOAL)
                .urgency(urgency)
                .build();
    }

    // ---- the sink

    @Test
    void whatTheSinkRefusesIsNotSettled() {
        AtomicInteger refusals = new AtomicInteger(2);
        PushClient client = start(builder -> builder.messageSink(batch -> {
            if (refusals.getAndDecrement() > 0) {
                throw new IllegalStateException("a test's sink is away");
            }
            world.heard.addAll(batch);
        }));
        Message message = QueueWorld.to("phone");
        client.submit(message);
        world.until(
                "health says so", () -> client.health().reasons().stream().anyMatch(reason -> reason.contains("sink")));
        assertThat(world.queue.state().started()).isEqualTo(1);
        world.untilQuiet();
        assertThat(world.results(message.id())).hasSize(1);
        world.until("health is well", () -> client.health().status() == Health.Status.UP);
    }

    // ---- corrections

    @Test
    void aCorrectionWaitsForTheAttemptOfItsOriginal() {
        world.apns.hold();
        PushClient client = start();
        Message original = goal("1:0");
        Message correction = goal("0:0");
        client.submit(original);
        world.until("it is in flight", () -> world.apns.inFlight() == 1);
        assertThat(client.submit(correction).verdict()).isEqualTo(Verdict.CORRECTION);
        world.until("both were fetched", () -> world.queue.state().started() == 2);
        Instant later = world.time.now().plusSeconds(2);
        world.until(
                "it could have been sent, many times over",
                () -> world.time.now().isAfter(later));
        assertThat(world.apns.requests()).hasSize(1);
        world.apns.release();
        world.untilQuiet();
        assertThat(world.apns.accepted())
                .extracting(request -> request.notification().body())
                .containsExactly(
                        original.notification().body(),
                        correction.notification().body());
    }

    @Test
    void aCorrectionDoesNotWaitForEver() {
        world.apns.hold();
        PushClient client = start(builder -> builder.limits(
                LaneLimits.builder().attemptTimeout(Duration.ofSeconds(5)).build()));
        Message original = goal("1:0");
        client.submit(original);
        world.until("it is in flight", () -> world.apns.inFlight() == 1);
        client.submit(goal("0:0"));
        world.until("the correction is sent", () -> world.apns.requests().size() == 2);
        assertThat(world.apns.requests().get(1).notification().body())
                .isEqualTo(goal("0:0").notification().body());
        world.apns.release();
        world.untilQuiet();
        // Its attempt timed out: nobody knows, and it must not be tried again.
        assertThat(world.results(original.id())).containsExactly(new SendResult.Unknown(1));
    }

    @Test
    void anOriginalThatWaitsIsNotAttemptedAnyMore() {
        world.apns.respond(new PushResponse.Throttled(
                "TooManyRequests", Duration.ofMinutes(1), PushResponse.Throttled.Scope.DEVICE));
        PushClient client = start();
        Message original = goal("1:0");
        client.submit(original);
        world.until("it is parked", () -> world.queue.state().parked() == 1);
        client.submit(goal("0:0"));
        world.untilQuiet();
        assertThat(world.results(original.id())).containsExactly(new Suppressed(Suppressed.Why.SUPERSEDED));
        assertThat(world.apns.accepted()).hasSize(1);
        assertThat(world.apns.requests()).hasSize(2);
    }

    private static Message goal(String score) {
        return Message.builder(Recipient.device(Target.apns("app", "phone")), Notification.alert("Goal", score))
                .dedupKey(DedupKey.of("match").content(score))
                .build();
    }

    // ---- poison

    /** Owners fetch everything and die. */
    private List<Started> die(int times, boolean alone) {
        List<Started> last = List.of();
        for (int i = 0; i < times; i++) {
            PartitionLease lease = world.queue.acquire(0, "dead-" + i, LEASE).orElseThrow();
            last = world.queue
                    .fetch(lease, new Demand(0, List.of(new Demand.Want(QueueWorld.LANE, Urgency.URGENT, 100))))
                    .deliveries();
            if (alone) {
                world.queue.alone(lease, last.get(0).delivery());
            }
            world.time.advance(LEASE);
        }
        return last;
    }

    @Test
    void whatOwnersHaveDiedWithRunsAlone() {
        world.apns.hold();
        try (PushClient producer = world.client().build()) {
            producer.submit(List.of(QueueWorld.to("a"), QueueWorld.to("b"), QueueWorld.to("c")));
        }
        assertThat(die(3, false)).extracting(Started::starts).containsOnly(3);
        PushClient client = start();
        for (int i = 1; i <= 3; i++) {
            int sent = i;
            world.until(sent + " was sent", () -> world.apns.requests().size() == sent);
            world.time.advance(Duration.ofSeconds(1));
            assertThat(world.apns.inFlight()).isEqualTo(1);
            if (i == 1) {
                client.submit(QueueWorld.to("young"));
                world.time.advance(Duration.ofSeconds(1));
                assertThat(world.apns.requests()).hasSize(1);
            }
            world.apns.completeAll(OK);
        }
        world.apns.release();
        world.untilQuiet();
        assertThat(world.addresses()).containsExactlyInAnyOrder("a", "b", "c", "young");
        assertThat(world.queue.state().possibleDuplicates()).isEqualTo(9);
    }

    @Test
    void theNextSuspectWaitsUntilTheOneBeforeIsSettled() {
        try (PushClient producer = world.client().build()) {
            producer.submit(List.of(QueueWorld.to("a"), QueueWorld.to("b")));
        }
        die(3, false);
        AtomicBoolean refusing = new AtomicBoolean(true);
        PushClient client = start(builder -> builder.messageSink(batch -> {
            if (refusing.get()) {
                throw new IllegalStateException("a test's sink is away");
            }
            world.heard.addAll(batch);
        }));
        world.until(
                "the first was told", () -> client.health().reasons().stream().anyMatch(r -> r.contains("sink")));
        world.time.advance(Duration.ofSeconds(5));
        Await.settle();
        // Were the second one sent, and the process died of it, the first would be given up, too.
        assertThat(world.apns.requests()).hasSize(1);
        refusing.set(false);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aSuspectThatIsInFlightAtACloseHasKilledNobody() {
        try (PushClient producer = world.client().build()) {
            producer.submit(QueueWorld.to("slow"));
        }
        die(3, false);
        world.apns.hold();
        PushClient client = start();
        world.until("it runs", () -> world.apns.inFlight() == 1);
        client.close(Duration.ZERO);
        assertThat(world.queue.state().started()).isZero();
        assertThat(world.queue.state().possibleDuplicates()).isEqualTo(4);
        world.apns.release();
        start();
        world.untilQuiet();
        assertThat(world.heard).extracting(DeliveryResult::result).hasOnlyElementsOfType(SendResult.Accepted.class);
        assertThat(world.addresses()).hasSizeLessThanOrEqualTo(2);
    }

    /** A process may be killed for any reason while an innocent runs alone. */
    @Test
    void whatADeathAloneMakesSuspectRunsAloneOnceMore() {
        try (PushClient producer = world.client().build()) {
            producer.submit(QueueWorld.to("innocent"));
        }
        die(3, false);
        assertThat(die(1, true)).extracting(Started::starts).containsOnly(4);
        world.apns.hold();
        PushClient client = start();
        world.until("it was sent", () -> world.apns.inFlight() == 1);
        client.submit(QueueWorld.to("phone"));
        world.time.advance(Duration.ofSeconds(1));
        assertThat(world.apns.inFlight()).isEqualTo(1);
        world.apns.release();
        world.untilQuiet();
        assertThat(world.heard).extracting(DeliveryResult::result).hasOnlyElementsOfType(SendResult.Accepted.class);
        assertThat(world.addresses()).containsExactlyInAnyOrder("innocent", "phone");
    }

    @Test
    void whatDeathsAloneProveIsGivenUpAfterFiveAttempts() {
        MessageId poison;
        try (PushClient producer = world.client().build()) {
            poison = producer.submit(QueueWorld.to("poison")).id();
        }
        die(3, false);
        die(2, true);
        PushClient client = start();
        client.submit(QueueWorld.to("phone"));
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("phone");
        assertThat(world.results(poison))
                .containsExactly(new SendResult.DeadLettered(SendResult.DeadLettered.Why.POISON, null, 0));
        assertThat(client.deadLetters().page(null, 10).letters())
                .extracting(DeadLetter::why)
                .containsExactly(DeadLetter.Why.POISON);
    }

    @Test
    void aSuspectWhoseLaneIsStuckDoesNotHoldUpTheOthersForEver() {
        try (PushClient producer = world.client().build()) {
            producer.submit(QueueWorld.to("suspect"));
        }
        die(4, false);
        world.apns.respondTo(
                "suspect",
                new PushResponse.Throttled(
                        "TooManyProviderTokenUpdates", Duration.ofMinutes(20), PushResponse.Throttled.Scope.SENDER));
        PushClient client = start();
        world.until("it was attempted", () -> world.apns.requests().size() == 1);
        client.submit(QueueWorld.to("phone"));
        world.untilQuiet();
        assertThat(world.addresses()).containsExactlyInAnyOrder("phone", "suspect");
    }

    @Test
    void whatAnOwnerBeforeMayHaveSentIsNeverCalledUnsent() {
        Message message = Message.builder(Recipient.device(Target.apns("app", "phone")), QueueWorld.GOAL)
                .expiresAt(world.time.now().plus(Duration.ofSeconds(40)))
                .build();
        try (PushClient producer = world.client().build()) {
            producer.submit(message);
        }
        die(2, false);
        start();
        world.untilQuiet();
        assertThat(world.results(message.id())).containsExactly(new SendResult.Unknown(1));
    }

    // ---- close

    @Test
    void closeHandsBackWhatWasNotAttempted() {
        world.apns.maxInFlight(2).hold();
        PushClient client = start();
        client.submit(IntStream.range(0, 10)
                .mapToObj(i -> QueueWorld.to("phone-" + i))
                .toList());
        world.until("some are in flight", () -> world.apns.inFlight() == 2);
        assertThat(client.close(Duration.ZERO).queued()).isEqualTo(10);
        QueueState left = world.queue.state();
        assertThat(left.started()).isEqualTo(2);
        assertThat(left.queued() + left.parked()).isEqualTo(8);

        world.apns.release();
        start();
        world.untilQuiet();
        assertThat(world.addresses()).hasSize(12);
        assertThat(world.queue.state().possibleDuplicates()).isEqualTo(2);
        assertThat(world.heard).hasSize(10);
    }

    @Test
    void closeWaitsForWhatIsInFlight() {
        world.apns.latency(Duration.ofMillis(50), world.time);
        PushClient client = start();
        client.submit(IntStream.range(0, 10)
                .mapToObj(i -> QueueWorld.to("phone-" + i))
                .toList());
        world.until("some are in flight", () -> world.apns.inFlight() > 0);
        List<Delivery> none = new ArrayList<>();
        Thread clock = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                world.time.advance(Duration.ofMillis(10));
                Thread.onSpinWait();
            }
        });
        clock.setDaemon(true);
        clock.start();
        try {
            client.close(Duration.ofSeconds(10));
        } finally {
            clock.interrupt();
        }
        QueueState left = world.queue.state();
        assertThat(left.started()).isZero();
        assertThat(world.heard).hasSize((int) (10 - left.pending()));
        assertThat(none).isEmpty();
    }
}
