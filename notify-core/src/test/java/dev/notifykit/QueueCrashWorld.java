package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.device.Device;
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
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** What survives clients that work on a queue: queue, devices, vendor, the host's table of results, the clock; and messages of all kinds. */
final class QueueCrashWorld {

    private static final Duration STEP = Duration.ofMillis(100);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final int TO_DEVICES = 40;
    private static final int USERS = 6;
    private static final MessageId NOBODY = MessageId.of("to-nobody");

    final ManualTime time = ManualTime.create();
    final InMemoryDeviceStore devices = new InMemoryDeviceStore(time);
    final CrashVendor vendor = new CrashVendor(time);
    final WorkQueue queue = InMemoryWorkQueue.builder(time)
            .dedupStore(new InMemoryDedupStore(time))
            .partitions(2)
            .build();

    /** By which the next client comes to the queue. */
    UnaryOperator<WorkQueue> door = through -> through;

    final List<Message> messages = new ArrayList<>();

    private final String what;
    /** By address; what came to no target, by message. */
    private final Map<String, SendResult.Kind> expected = new TreeMap<>();

    private final Map<String, SendResult.Kind> heardLast = new ConcurrentHashMap<>();

    QueueCrashWorld(String what) {
        this.what = what;
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

    void hear(List<DeliveryResult> batch) {
        for (DeliveryResult result : batch) {
            Target target = result.target();
            heardLast.put(
                    target == null ? result.message().value() : target.address(),
                    result.result().kind());
        }
    }

    boolean hasEnded() {
        QueueState state = queue.state();
        return state.made() + state.ended().values().stream().mapToLong(n -> n).sum() >= expected.size()
                && state.pending() == 0;
    }

    // ---- time

    /** Moves time on, step by step; each begins when the clients have nothing to do at the present one. */
    void runUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + MOST_NANOS;
        CrashWorld.settle();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s: gave up at %s", what, queue.state())
                    .isNegative();
            time.advance(STEP);
            CrashWorld.settle();
            QueueWorld.assertConserved(queue);
        }
    }

    void runFor(Duration manual) {
        long end = time.nanoTime() + manual.toNanos();
        runUntil(() -> time.nanoTime() - end >= 0);
    }

    // ---- the law

    /** What holds whatever has happened, as soon as somebody could work. */
    void assertEndIsRight() {
        QueueState end = queue.state();
        assertThat(end.pending()).as("%s: pending", what).isZero();
        assertThat(end.deadLetters()).as("%s: dead letters", what).isZero();
        QueueWorld.assertConserved(queue);
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
            if (vendor.accepted(address) > 0) {
                assertThat(heardLast.get(address))
                        .as("%s: result of %s, which was accepted", what, address)
                        .isIn(SendResult.Kind.ACCEPTED, SendResult.Kind.UNKNOWN);
            }
        });
    }

    /** Unless one was woken that had been replaced: it may tell its own sink what the store no longer takes. */
    void assertStoreAndSinkAgree() {
        Map<SendResult.Kind, Long> heard = new EnumMap<>(SendResult.Kind.class);
        heardLast.forEach((address, kind) -> heard.merge(kind, address.equals(NOBODY.value()) ? 0L : 1L, Long::sum));
        heard.values().removeIf(count -> count == 0);
        assertThat(queue.state().results())
                .as("%s: what is stored, against the sink", what)
                .isEqualTo(heard);
    }

    /** Everything ended as its vendor's answers say, except for so many that may be unknown. */
    void assertKinds(int mayBeUnknown) {
        List<String> unknown = new ArrayList<>();
        expected.forEach((address, kind) -> {
            SendResult.Kind heard = heardLast.get(address);
            if (heard == SendResult.Kind.UNKNOWN && kind != heard) {
                unknown.add(address);
            } else {
                assertThat(heard).as("%s: result of %s", what, address).isEqualTo(kind);
            }
        });
        assertThat(unknown).as("%s: what need not be unknown", what).hasSizeLessThanOrEqualTo(mayBeUnknown);
    }
}
