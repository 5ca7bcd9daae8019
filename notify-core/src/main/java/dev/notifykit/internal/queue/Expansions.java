package dev.notifykit.internal.queue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.internal.message.MessageRequests;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What becomes of a message of the intake: the devices of its user are looked up. Thread-safe. */
final class Expansions {

    private final DeviceStore devices;
    private final TimeSource time;

    Expansions(DeviceStore devices, TimeSource time) {
        this.devices = devices;
        this.time = time;
    }

    /** What a message comes to; the stage fails when the device store cannot say. */
    CompletionStage<Expansion> of(Taken taken) {
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
        return CompletableFuture.completedFuture(into(message, List.of(((Recipient.ToDevice) recipient).target())));
    }

    private static CompletionStage<Expansion> ended(Message message, SendResult result) {
        return CompletableFuture.completedFuture(new Expansion.Ended(message, result, false));
    }

    private static Expansion into(Message message, List<Target> targets) {
        return targets.isEmpty()
                ? new Expansion.Ended(message, new SendResult.Suppressed(SendResult.Suppressed.Why.NO_DEVICE), false)
                : new Expansion.Into(
                        message,
                        targets.stream()
                                .map(target -> delivery(message, target))
                                .toList());
    }

    /** What a message says to one target. */
    static Delivery delivery(Message message, Target target) {
        return Delivery.of(message.id(), Submission.keyOf(message), MessageRequests.request(message, target));
    }
}
