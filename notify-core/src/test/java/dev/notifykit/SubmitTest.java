package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.message.SubmitReceipt.Verdict;
import dev.notifykit.observe.Health;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.AppId;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.QueueFullException;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Suppressed;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.topic.TopicMember;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a host hands in by {@code submit}, and what it hears of it. */
class SubmitTest {

    private final QueueWorld world = new QueueWorld(builder -> builder.maxBacklog(1_500));
    private PushClient client = world.started();

    @AfterEach
    void close() {
        client.close(Duration.ofSeconds(5));
        world.assertConserved();
    }

    private void restart(PushClient next) {
        client.close(Duration.ofSeconds(5));
        client = next;
    }

    @Test
    void aMessageIsSentAndItsResultIsHeardOf() {
        Message message = QueueWorld.to("phone");

        SubmitReceipt receipt = client.submit(message);

        assertThat(receipt).isEqualTo(new SubmitReceipt(message.id(), Verdict.QUEUED, 0, false));
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("phone");
        assertThat(world.heard)
                .containsExactly(new DeliveryResult(
                        message.id(),
                        Target.apns("app", "phone"),
                        world.accepted().get(0),
                        new SendResult.Accepted("apns-1")));
        assertThat(client.queueState().results()).containsEntry(SendResult.Kind.ACCEPTED, 1L);
    }

    @Test
    void whatWasSubmittedWaitsForAClientThatWorks() {
        restart(world.client().build());
        client.submit(QueueWorld.to("phone"));
        assertThat(client.queueState().queued()).isEqualTo(1);

        try (PushClient worker = world.started()) {
            world.untilQuiet();
            worker.submit(QueueWorld.to("tablet"));
            world.untilQuiet();
        }
        assertThat(world.addresses()).containsExactly("phone", "tablet");
    }

    @Test
    void receiptsComeInTheOrderOfTheMessages() {
        restart(world.client().build());
        DedupKey key = DedupKey.of("goal").version(2);
        Message first = QueueWorld.to("phone", key);
        Message other = QueueWorld.to("tablet");

        List<SubmitReceipt> receipts = client.submit(List.of(
                first,
                other,
                QueueWorld.to("phone", key),
                QueueWorld.to("phone", DedupKey.of("goal").version(1)),
                QueueWorld.to("phone", DedupKey.of("goal").version(3))));

        assertThat(receipts)
                .extracting(SubmitReceipt::verdict)
                .containsExactly(Verdict.QUEUED, Verdict.QUEUED, Verdict.DUPLICATE, Verdict.STALE, Verdict.CORRECTION);
        assertThat(receipts.get(1).ahead()).isEqualTo(1);
        assertThat(client.submit(first).verdict()).isEqualTo(Verdict.QUEUED);
        assertThat(client.queueState().queued()).isEqualTo(3);
    }

    @Test
    void listenersHearOfResults() {
        List<SendResult> listened = new CopyOnWriteArrayList<>();
        restart(world.started(builder -> builder.listener(new PushListener() {
            @Override
            public void onResult(LaneKey lane, RequestId id, SendResult result) {
                listened.add(result);
            }
        })));
        world.apns.respondTo("dead", new PushResponse.TokenInvalid("Unregistered", null));
        client.submit(List.of(QueueWorld.to("phone"), QueueWorld.to("dead")));
        world.untilQuiet();
        Await.until(
                "the listener heard of both",
                () -> listened.stream()
                        .map(SendResult::kind)
                        .toList()
                        .containsAll(List.of(SendResult.Kind.ACCEPTED, SendResult.Kind.TOKEN_INVALID)));
    }

    @Test
    void whatCanNeverBeSentIsRefusedBeforeAnythingIsStored() {
        world.apns.rejectBeforehand(request -> request.target().address().equals("wrong")
                ? new PushResponse.Rejected("PAYLOAD_TOO_LARGE", "alert.body")
                : null);
        Message wrong = QueueWorld.to("wrong");

        assertThatThrownBy(() -> client.submit(List.of(QueueWorld.to("phone"), wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(wrong.id().value())
                .hasMessageContaining("PAYLOAD_TOO_LARGE")
                .hasMessageContaining("alert.body");
        assertThatThrownBy(
                        () -> client.submit(Message.of(Recipient.device(Target.fcm("app", "phone")), QueueWorld.GOAL)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lane app/fcm");
        assertThatThrownBy(() -> client.submit(IntStream.rangeClosed(0, PushClient.MAX_SUBMIT)
                        .mapToObj(i -> QueueWorld.to("phone-" + i))
                        .toList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000");
        assertThat(client.queueState().made()).isZero();
        assertThat(client.submit(List.of())).isEmpty();
    }

    @Test
    void aFullQueueSaysWhatItTook() {
        restart(world.client().build());
        List<Message> first =
                IntStream.range(0, 1_000).mapToObj(i -> QueueWorld.to("a" + i)).toList();
        List<Message> second =
                IntStream.range(0, 1_000).mapToObj(i -> QueueWorld.to("b" + i)).toList();
        client.submit(first);

        assertThatThrownBy(() -> client.submit(second)).isInstanceOfSatisfying(QueueFullException.class, full -> {
            assertThat(full.taken()).hasSize(500).allMatch(SubmitReceipt::queued);
            assertThat(full.refused())
                    .isEqualTo(
                            second.subList(500, 1_000).stream().map(Message::id).toList());
        });
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(client.health().reasons()).anyMatch(reason -> reason.contains("full"));

        try (PushClient worker = world.started()) {
            assertThatThrownBy(() -> worker.submit(second.get(999))).isInstanceOf(QueueFullException.class);
            world.untilQuiet();
        }
        client.submit(second.subList(500, 1_000));
        assertThat(client.health().status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void aClosedClientTakesNothing() {
        client.close();
        assertThatThrownBy(() -> client.submit(QueueWorld.to("phone")))
                .isInstanceOfSatisfying(
                        NotAdmittedException.class,
                        refused -> assertThat(refused.why()).isEqualTo(NotAdmittedException.Why.CLOSED));
    }

    @Test
    void whatIsDueLaterWaits() {
        Instant due = world.time.now().plus(Duration.ofMinutes(10));
        client.submit(Message.builder(Recipient.device(Target.apns("app", "later")), QueueWorld.GOAL)
                .notBefore(due)
                .build());
        client.submit(QueueWorld.to("now"));
        world.until("what is due is sent", () -> world.addresses().equals(List.of("now")));
        assertThat(client.queueState().parked()).isEqualTo(1);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("now", "later");
        assertThat(world.time.now()).isAfterOrEqualTo(due);
    }

    @Test
    void whatHasExpiredEndsSo() {
        Message old = Message.builder(Recipient.device(Target.apns("app", "phone")), QueueWorld.GOAL)
                .expiresAt(world.time.now().minusSeconds(1))
                .build();
        Message oldToUser = Message.builder(Recipient.user(UserId.of("eve")), QueueWorld.GOAL)
                .expiresAt(world.time.now().minusSeconds(1))
                .build();
        assertThat(client.submit(List.of(old, oldToUser))).allMatch(SubmitReceipt::queued);
        world.untilQuiet();
        assertThat(world.results(old.id())).containsExactly(new SendResult.Expired());
        assertThat(world.results(oldToUser.id())).containsExactly(new SendResult.Expired());
        assertThat(world.apns.requests()).isEmpty();
    }

    // ---- users

    @Test
    void aUserIsToldOnAllDevices() {
        FakePushService other = FakePushService.create(ProviderId.APNS);
        restart(world.started(builder -> builder.app("other", other)));
        world.device("eve", "app", "phone");
        world.device("eve", "app", "tablet");
        world.device("eve", "other", "watch");
        world.device("adam", "app", "his");

        Message all = Message.of(Recipient.user(UserId.of("eve")), QueueWorld.GOAL);
        Message one = Message.of(Recipient.user(AppId.of("app"), UserId.of("eve")), QueueWorld.GOAL);
        client.submit(all);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactlyInAnyOrder("phone", "tablet");
        assertThat(other.accepted()).hasSize(1);
        assertThat(world.results(all.id())).hasSize(3).allMatch(SendResult.Accepted.class::isInstance);

        client.submit(one);
        world.untilQuiet();
        assertThat(world.results(one.id())).hasSize(2);
        assertThat(other.accepted()).hasSize(1);
    }

    @Test
    void aUserWithoutADeviceIsAResult() {
        Message message = Message.of(Recipient.user(UserId.of("nobody")), QueueWorld.GOAL);
        client.submit(message);
        world.untilQuiet();
        assertThat(world.heard)
                .containsExactly(DeliveryResult.whole(message.id(), new Suppressed(Suppressed.Why.NO_DEVICE)));
        assertThat(client.queueState().ended()).containsEntry(SendResult.Kind.SUPPRESSED, 1L);
        // Nothing was said, so it may be said as soon as there is a device.
        world.device("nobody", "app", "first");
        assertThat(client.submit(message).verdict()).isEqualTo(Verdict.QUEUED);
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("first");
    }

    @Test
    void aDeviceStoreThatFailsIsAskedAgain() {
        AtomicInteger failures = new AtomicInteger(3);
        DeviceStore failing = (DeviceStore) Proxy.newProxyInstance(
                DeviceStore.class.getClassLoader(),
                new Class<?>[] {DeviceStore.class},
                (proxy, method, args) -> method.getName().equals("devicesOf") && failures.getAndDecrement() > 0
                        ? CompletableFuture.failedStage(new IllegalStateException("away"))
                        : method.invoke(world.devices, args));
        restart(world.started(builder -> builder.deviceStore(failing)));
        world.device("eve", "app", "phone");
        client.submit(Message.of(Recipient.user(UserId.of("eve")), QueueWorld.GOAL));
        world.until(
                "health says so",
                () -> client.health().reasons().stream()
                        .anyMatch(reason -> reason.contains("messages cannot be expanded")));
        client.submit(QueueWorld.to("tablet"));
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("tablet", "phone");
        world.until("health is well again", () -> client.health().status() == Health.Status.UP);
    }

    @Test
    void aDeviceThatNobodyCanReachIsAResult() {
        world.device("eve", "app", "phone");
        world.device("eve", "other", "watch");
        world.device("adam", "other", "his");
        Message both = Message.of(Recipient.user(UserId.of("eve")), QueueWorld.GOAL);
        Message none = Message.of(Recipient.user(UserId.of("adam")), QueueWorld.GOAL);
        client.submit(List.of(both, none));
        world.untilQuiet();
        assertThat(world.addresses()).containsExactly("phone");
        assertThat(world.results(both.id()))
                .extracting(SendResult::kind)
                .containsExactlyInAnyOrder(SendResult.Kind.REJECTED, SendResult.Kind.ACCEPTED);
        assertThat(world.results(none.id())).singleElement().isInstanceOf(SendResult.Rejected.class);
        assertThat(client.queueState().ended()).containsEntry(SendResult.Kind.REJECTED, 1L);
    }

    @Test
    void inASharedQueueWhatHasNoLaneHereWaitsForAnother() {
        FakePushService fcm = FakePushService.create(ProviderId.FCM);
        restart(world.started(builder -> builder.workQueue(QueueCrashClient.shared(world.queue))));
        client.submit(Message.of(Recipient.device(Target.fcm("app", "phone")), QueueWorld.GOAL));
        world.time.advance(Duration.ofSeconds(5));
        assertThat(client.queueState().queued()).isEqualTo(1);
        assertThat(client.health().reasons())
                .anyMatch(reason -> reason.contains("lane app/fcm") && reason.contains("not registered"));
        restart(world.started(builder ->
                builder.workQueue(QueueCrashClient.shared(world.queue)).app("app", fcm)));
        world.untilQuiet();
        assertThat(fcm.accepted()).hasSize(1);
    }

    // ---- topics

    @Test
    void aMessageToATopicBecomesAFanOut() {
        world.device("eve", "app", "phone");
        world.device("eve", "app", "tablet");
        world.device("adam", "app", "his");
        world.device("other", "app", "hers");
        TopicName topic = TopicName.of("match:42");
        for (String member : List.of("eve", "adam")) {
            world.topics
                    .subscribe(topic, List.of(TopicMember.user(UserId.of(member))))
                    .toCompletableFuture()
                    .join();
        }
        Message message = Message.builder(Recipient.topic(topic), QueueWorld.GOAL)
                .id(MessageId.of("goal-1"))
                .dedupKey(DedupKey.of("goal"))
                .build();
        assertThat(client.submit(message).verdict()).isEqualTo(Verdict.QUEUED);
        world.until("all were told", () -> world.heard.size() == 3);
        assertThat(world.addresses()).containsExactlyInAnyOrder("phone", "tablet", "his");
        assertThat(world.results(message.id())).hasSize(3).allMatch(SendResult.Accepted.class::isInstance);
        assertThat(world.apns.accepted()).extracting(PushRequest::collapseId).doesNotContain(Optional.empty());
        assertThat(client.fanOuts().find(FanOutId.of("goal-1"))).isPresent();
        assertThat(client.queueState().ended()).containsEntry(SendResult.Kind.ACCEPTED, 1L);
        assertThat(client.submit(Message.builder(Recipient.topic(topic), QueueWorld.GOAL)
                                .dedupKey(DedupKey.of("goal"))
                                .build())
                        .verdict())
                .isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void aTopicMessageWhoseIdIsTakenIsRejected() {
        client.fanOuts()
                .launch(
                        FanOutSpec.builder(FanOutId.of("taken"), "mine", QueueWorld.GOAL)
                                .build(),
                        FanOutHandler.builder("mine")
                                .audience(Audience.of(List.of()))
                                .lanes(QueueWorld.LANE)
                                .build());
        Message message = Message.builder(Recipient.topic(TopicName.of("match:42")), QueueWorld.GOAL)
                .id(MessageId.of("taken"))
                .build();
        client.submit(message);
        world.untilQuiet();
        assertThat(world.results(message.id()))
                .singleElement()
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo("FAN_OUT_CONFLICT"));
    }

    // ---- fan-outs

    @Test
    void rowsThatAreGivenUpAreDeadLetters() {
        world.apns.respondAlwaysTo(
                "bad", new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable"));
        FanOut fanOut = client.fanOuts()
                .launch(
                        FanOutSpec.builder(FanOutId.of("campaign"), "mine", QueueWorld.GOAL)
                                .retryPolicy(RetryPolicy.none())
                                .build(),
                        FanOutHandler.builder("mine")
                                .audience(Audience.of(List.of(
                                        new AudienceRow("1", Target.apns("app", "good")),
                                        new AudienceRow("2", Target.apns("app", "bad")))))
                                .lanes(QueueWorld.LANE)
                                .build());
        world.until("it has ended", () -> fanOut.progress().state().isEnd());
        List<DeadLetter> letters = client.deadLetters().page(null, 10).letters();
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.lastReason()).isEqualTo("ServiceUnavailable");
            assertThat(letter.delivery().request().target().address()).isEqualTo("bad");
        });
        assertThat(client.queueState().buried()).isEqualTo(1);

        world.apns.respondTo("bad", new PushResponse.Accepted("at last"));
        world.apns.respondAlwaysTo("bad", new PushResponse.Accepted("at last"));
        client.deadLetters().replay(List.of(letters.get(0).id()));
        world.untilQuiet();
        assertThat(world.results(MessageId.of("campaign"))).containsExactly(new SendResult.Accepted("at last"));
    }

    @Test
    void withoutRoomForLettersAFanOutWaits() {
        QueueWorld small = new QueueWorld(builder -> builder.maxLetters(1));
        small.apns.respondAlways(
                new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable"));
        try (PushClient other = small.started()) {
            FanOut fanOut = other.fanOuts()
                    .launch(
                            FanOutSpec.builder(FanOutId.of("campaign"), "mine", QueueWorld.GOAL)
                                    .retryPolicy(RetryPolicy.none())
                                    .build(),
                            FanOutHandler.builder("mine")
                                    .audience(Audience.of(List.of(
                                            new AudienceRow("1", Target.apns("app", "one")),
                                            new AudienceRow("2", Target.apns("app", "two")))))
                                    .lanes(QueueWorld.LANE)
                                    .build());
            small.until(
                    "health says so",
                    () -> other.health().reasons().stream()
                            .anyMatch(reason -> reason.contains("no room for dead letters")));
            assertThat(fanOut.progress().done()).isZero();
            small.until("it has ended", () -> {
                other.deadLetters()
                        .purge(other.deadLetters().page(null, 10).letters().stream()
                                .map(DeadLetter::id)
                                .toList());
                return fanOut.progress().state().isEnd();
            });
            assertThat(fanOut.progress().results()).containsEntry(SendResult.Kind.DEAD_LETTERED, 2L);
        }
    }

    @Test
    void onlyMessagesToDevicesAreSentAtOnce() {
        Message toUser = Message.of(Recipient.user(UserId.of("eve")), QueueWorld.GOAL);
        assertThatThrownBy(() -> client.send(toUser))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("submit()");
        Message later = Message.builder(Recipient.device(Target.apns("app", "phone")), QueueWorld.GOAL)
                .id(MessageId.of("later"))
                .notBefore(world.time.now().plusSeconds(60))
                .build();
        assertThatThrownBy(() -> client.send(later))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("submit()");
    }

    @Test
    void whatWasSentIsNotSubmittedAgain() {
        DedupKey key = DedupKey.of("goal");
        client.send(QueueWorld.to("phone", key)).join();
        assertThat(client.submit(QueueWorld.to("phone", key)).verdict()).isEqualTo(Verdict.DUPLICATE);
        client.submit(QueueWorld.to("phone", DedupKey.of("other")));
        world.untilQuiet();
        assertThat(client.send(QueueWorld.to("phone", DedupKey.of("other")))
                        .join()
                        .stopped())
                .isEqualTo(new Suppressed(Suppressed.Why.DUPLICATE));
        assertThat(world.addresses()).hasSize(2);
    }

    @Test
    void whatCannotBeSaidIsSaidInWords() {
        assertThat(Recipient.user(UserId.of("eve@example.com")).toString()).doesNotContain("eve");
        assertThat(new DeliveryResult(
                                MessageId.of("m"),
                                Target.apns("app", "secret-token"),
                                RequestId.random(),
                                new SendResult.Expired())
                        .toString())
                .doesNotContain("secret-token");
        assertThatThrownBy(() ->
                        new DeliveryResult(MessageId.of("m"), Target.apns("app", "t"), null, new SendResult.Expired()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
