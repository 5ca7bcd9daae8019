package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.InMemoryWorkQueue;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A queue and messages of all kinds, with the devices of those they are for. */
final class QueueCrashWorld extends CrashScene {

    private static final Duration STEP = Duration.ofMillis(100);
    private static final int TO_DEVICES = 40;
    private static final int USERS = 6;
    private static final MessageId NOBODY = MessageId.of("to-nobody");

    final InMemoryDeviceStore devices = new InMemoryDeviceStore(time);
    final WorkQueue queue = InMemoryWorkQueue.builder(time)
            .dedupStore(new InMemoryDedupStore(time))
            .partitions(2)
            .build();

    /** By which the next client comes to the queue. */
    UnaryOperator<WorkQueue> door = through -> through;

    final List<Message> messages = new ArrayList<>();

    /** By address; what came to no target, by message. */
    private final Map<String, SendResult.Kind> expected = new TreeMap<>();

    QueueCrashWorld(String what) {
        super(what, STEP);
        for (int i = 0; i < TO_DEVICES; i++) {
            add("device-%02d".formatted(i), Recipient.device(target("device-%02d".formatted(i), kind(i))));
        }
        for (int i = 0; i < USERS; i++) {
            UserId user = UserId.of("user-" + i);
            for (CrashVendor.Kind kind : List.of(CrashVendor.Kind.LIVE, kind(i + 1))) {
                devices.register(Device.builder(user, target("of-user-%d-%s".formatted(i, kind), kind), time.now())
                                .build())
                        .toCompletableFuture()
                        .join();
            }
            add("user-" + i, Recipient.user(user));
        }
        add(NOBODY.value(), Recipient.user(UserId.of("nobody")));
        expected.put(NOBODY.value(), SendResult.Kind.SUPPRESSED);
    }

    private void add(String id, Recipient recipient) {
        messages.add(Message.builder(recipient, Notification.alert("t", "b"))
                .id(MessageId.of(id))
                .build());
    }

    private static CrashVendor.Kind kind(int index) {
        return switch (index) {
            case 1, 17 -> CrashVendor.Kind.DEAD;
            case 2, 26 -> CrashVendor.Kind.REJECTED;
            case 3, 11, 39 -> CrashVendor.Kind.THROTTLED;
            case 5, 19, 33 -> CrashVendor.Kind.LOST_ANSWER;
            case 6, 30 -> CrashVendor.Kind.LOST_ANSWER_LATER;
            case 8, 31 -> CrashVendor.Kind.UNKNOWN;
            case 9, 22 -> CrashVendor.Kind.UNAVAILABLE;
            case 14 -> CrashVendor.Kind.SILENT;
            case 24 -> CrashVendor.Kind.MISCONFIGURED;
            default -> CrashVendor.Kind.LIVE;
        };
    }

    private Target target(String name, CrashVendor.Kind kind) {
        String address = name + "-" + kind;
        expected.put(address, kind.end());
        return Target.apns("app", address);
    }

    @Override
    PushClientBuilder client(LifeLine line) {
        return super.client(line)
                .retryPolicy(retries())
                .messageSink(batch -> line.cross(() -> {
                    hear(batch);
                    return true;
                }))
                .workQueue(line.to(WorkQueue.class, door.apply(QueueCrashClient.shared(queue)), answer -> {}))
                .deviceStore(line.to(DeviceStore.class, devices, answer -> {}));
    }

    private void hear(List<DeliveryResult> batch) {
        for (DeliveryResult result : batch) {
            Target target = result.target();
            heardLast.put(
                    target == null ? result.message().value() : target.address(),
                    result.result().kind());
        }
    }

    @Override
    Object state() {
        return queue.state();
    }

    @Override
    void assertConserved() {
        QueueWorld.assertConserved(queue);
    }

    @Override
    Map<SendResult.Kind, Long> stored() {
        return queue.state().results();
    }

    @Override
    boolean isCounted(String recipient) {
        return !recipient.equals(NOBODY.value());
    }

    @Override
    String address(String recipient) {
        return recipient;
    }

    @Override
    Map<String, SendResult.Kind> expected() {
        return expected;
    }

    @Override
    boolean hasEnded() {
        QueueState state = queue.state();
        return state.made() + state.ended().values().stream().mapToLong(n -> n).sum() >= expected.size()
                && state.pending() == 0;
    }

    // ---- the law

    @Override
    void assertEndIsRight() {
        QueueState end = queue.state();
        assertThat(end.pending()).as("%s: pending", what).isZero();
        assertThat(end.deadLetters()).as("%s: dead letters", what).isZero();
        assertConserved();
        assertNothingAcceptedIsCalledUnsent();
        assertThat(end.made()).as("%s: deliveries", what).isEqualTo(expected.size() - 1);
        assertThat(heardLast.keySet()).as("%s: who was heard of", what).isEqualTo(expected.keySet());
        assertThat(vendor.duplicates())
                .as("%s: duplicates, against the bound", what)
                .isLessThanOrEqualTo(end.possibleDuplicates());
        expected.forEach((address, kind) -> {
            if (kind == SendResult.Kind.ACCEPTED) {
                assertThat(vendor.accepted(address))
                        .as("%s: %s was accepted", what, address)
                        .isPositive();
            }
        });
    }
}
