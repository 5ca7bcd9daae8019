package dev.notifykit.internal.queue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.internal.message.MessageRequests;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Taken;
import dev.notifykit.result.SendResult;
import dev.notifykit.time.TimeSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What becomes of a message of the intake: the devices of its user are looked up, or the fan-out of its topic is launched. Thread-safe.
 */
final class Expansions {

    private final DeviceStore devices;
    private final TopicRoad topics;
    private final Set<LaneKey> lanes;
    private final boolean shared;
    private final TimeSource time;

    /**
     * For one queue.
     *
     * @param lanes those that are registered here
     * @param shared whether another instance may have others
     */
    Expansions(DeviceStore devices, TopicRoad topics, Set<LaneKey> lanes, boolean shared, TimeSource time) {
        this.devices = devices;
        this.topics = topics;
        this.lanes = lanes;
        this.shared = shared;
        this.time = time;
    }

    /**
     * An expansion.
     *
     * @param expansion for the queue
     * @param unreachable what nobody can ever send, since its lane was not registered and the queue is this instance's own
     * @param heard whether the host's sink is told of the message's end; false: it hears of its recipients
     */
    record Expanded(Expansion expansion, List<Delivery> unreachable, boolean heard) {}

    /** What a message comes to; the stage fails when a store cannot say. */
    CompletionStage<Expanded> of(Taken taken) {
        Message message = taken.message();
        if (taken.superseded()) {
            return ended(message, new SendResult.Suppressed(SendResult.Suppressed.Why.SUPERSEDED));
        }
        if (message.expiresAt().filter(end -> !time.now().isBefore(end)).isPresent()) {
            return ended(message, new SendResult.Expired());
        }
        Recipient recipient = message.recipient();
        if (recipient instanceof Recipient.ToUser person) {
            AppId app = person.app();
            return (app == null ? devices.devicesOf(person.user()) : devices.devicesOf(person.user(), app))
                    .thenApply(found -> into(
                            message,
                            found.stream().map(Device::target).distinct().toList()));
        }
        if (recipient instanceof Recipient.ToTopic all) {
            return topics.launch(message, all.topic()).thenApply(end -> {
                boolean launched = end instanceof SendResult.Accepted;
                return new Expanded(new Expansion.Ended(message, end, true), List.of(), !launched);
            });
        }
        return CompletableFuture.completedFuture(into(message, List.of(((Recipient.ToDevice) recipient).target())));
    }

    private static CompletionStage<Expanded> ended(Message message, SendResult result) {
        return CompletableFuture.completedFuture(
                new Expanded(new Expansion.Ended(message, result, false), List.of(), true));
    }

    private Expanded into(Message message, List<Target> targets) {
        if (targets.isEmpty()) {
            SendResult nobody = new SendResult.Suppressed(SendResult.Suppressed.Why.NO_DEVICE);
            return new Expanded(new Expansion.Ended(message, nobody, false), List.of(), true);
        }
        List<Delivery> all =
                targets.stream().map(target -> delivery(message, target)).toList();
        List<Delivery> unreachable =
                all.stream().filter(delivery -> !canBeSent(delivery)).toList();
        if (unreachable.isEmpty()) {
            return new Expanded(new Expansion.Into(message, all), unreachable, true);
        }
        List<Delivery> rest = all.stream().filter(this::canBeSent).toList();
        return rest.isEmpty()
                ? new Expanded(new Expansion.Ended(message, noLane(all.get(0).lane()), true), unreachable, false)
                : new Expanded(new Expansion.Into(message, rest), unreachable, true);
    }

    private boolean canBeSent(Delivery delivery) {
        return shared || lanes.contains(delivery.lane());
    }

    /** The result of what nobody can ever send. */
    static SendResult noLane(LaneKey lane) {
        return new SendResult.Rejected(SendResult.Rejected.NO_LANE, "no lane " + lane + " was registered");
    }

    /** What a message says to one target. */
    static Delivery delivery(Message message, Target target) {
        return Delivery.of(message.id(), Submission.keyOf(message), MessageRequests.request(message, target));
    }
}
