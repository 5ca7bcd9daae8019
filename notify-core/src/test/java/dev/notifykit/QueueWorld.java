package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.device.Device;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.InMemoryWorkQueue;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import dev.notifykit.topic.InMemoryTopicStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** What stands around clients that work on a queue in memory: clock, stores, a vendor, and the host's sink. */
final class QueueWorld {

    static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);
    static final Notification GOAL = Notification.alert("Goal", "1:0");

    /** Longer than any step by which tests move time: it is never lost. */
    static final Duration LEASE = Duration.ofMinutes(10);

    private static final Duration MOST = Duration.ofHours(2);

    final ManualTime time = ManualTime.create();
    final InMemoryDedupStore dedup = new InMemoryDedupStore(time);
    final InMemoryDeviceStore devices = new InMemoryDeviceStore(time);
    final InMemoryTopicStore topics = new InMemoryTopicStore(time);
    final InMemoryWorkQueue queue;
    final FakePushService apns = FakePushService.create(ProviderId.APNS);
    final List<DeliveryResult> heard = new CopyOnWriteArrayList<>();

    QueueWorld() {
        this(builder -> builder);
    }

    QueueWorld(UnaryOperator<InMemoryWorkQueue.Builder> settings) {
        queue = settings.apply(InMemoryWorkQueue.builder(time).dedupStore(dedup))
                .build();
    }

    /** A client of this world, as yet without a sink. */
    PushClientBuilder client() {
        return PushClient.builder()
                .app("app", apns)
                .timeSource(time)
                .dedupStore(dedup)
                .workQueue(queue)
                .deviceStore(devices)
                .topicStore(topics)
                .lease(LEASE)
                .owned(false);
    }

    /** A client that works, and tells {@link #heard}. */
    PushClient started() {
        return started(builder -> builder);
    }

    PushClient started(UnaryOperator<PushClientBuilder> settings) {
        PushClient client = settings.apply(client().messageSink(heard::addAll)).build();
        client.start();
        return client;
    }

    static Message to(String address) {
        return Message.of(Recipient.device(Target.apns("app", address)), GOAL);
    }

    static Message to(String address, DedupKey key) {
        return Message.builder(Recipient.device(Target.apns("app", address)), GOAL)
                .dedupKey(key)
                .build();
    }

    void device(String user, String app, String address) {
        devices.register(Device.builder(UserId.of(user), Target.apns(app, address), time.now())
                        .build())
                .toCompletableFuture()
                .join();
    }

    /** Moves time on until it is so. */
    void until(String what, BooleanSupplier condition) {
        Await.advancing(time, MOST, what, condition);
    }

    void untilQuiet() {
        until("the queue is quiet: " + queue.state(), () -> queue.state().pending() == 0);
    }

    List<SendResult> results(MessageId message) {
        return heard.stream()
                .filter(result -> result.message().equals(message))
                .map(DeliveryResult::result)
                .toList();
    }

    List<RequestId> accepted() {
        return apns.accepted().stream().map(PushRequest::id).toList();
    }

    List<String> addresses() {
        return apns.accepted().stream()
                .map(request -> request.target().address())
                .toList();
    }

    void assertConserved() {
        assertConserved(queue);
    }

    /** The law of the queue. */
    static void assertConserved(WorkQueue queue) {
        QueueState state = queue.state();
        long results =
                state.results().values().stream().mapToLong(Long::longValue).sum();
        assertThat(state.made())
                .as("%s", state)
                .isEqualTo(results
                        + state.queued()
                        + state.parked()
                        + state.started()
                        + state.deadLetters()
                        - state.buried());
    }

    /** Everybody has one result, and nothing is left. */
    void assertQuiet() {
        assertThat(queue.state().pending()).isZero();
        assertConserved();
    }
}
