package dev.notifykit.internal;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.internal.DirectRoad.Admitted;
import dev.notifykit.internal.dedup.Claims;
import dev.notifykit.internal.dedup.Claims.Outcome;
import dev.notifykit.internal.dedup.HeldClaim;
import dev.notifykit.internal.dedup.Hold;
import dev.notifykit.internal.message.MessageRequests;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SendOptions;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.MessageResult.TargetResult;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The direct road of a message: admitted like a request, then stage (2), one claim for the message as a whole, its request on the road of
 * all requests, and stage (6), the claim's end, before anybody hears of the result.
 */
final class MessageRoad {

    private final DirectRoad direct;
    private final Claims claims;
    private final DedupSettings settings;
    private final Observers observers;

    MessageRoad(DirectRoad direct, Claims claims, DedupSettings settings, Observers observers) {
        this.direct = direct;
        this.claims = claims;
        this.settings = settings;
        this.observers = observers;
    }

    CompletableFuture<MessageResult> send(Message message, SendOptions options) {
        DedupKey key = message.dedupKey().orElse(null);
        if (key != null) {
            requireShorter(direct.policy(options).totalDeadline());
        }
        if (message.notBefore().filter(direct::isToCome).isPresent()) {
            throw new IllegalArgumentException(
                    "only what is due is sent at once; submit() takes what is to be sent later");
        }
        PushRequest request = MessageRequests.request(message, target(message.recipient()));
        Admitted admitted = direct.admit(request, options);
        if (admitted instanceof Admitted.Refused refused) {
            return CompletableFuture.completedFuture(reached(message, request, refused.end()));
        }
        One one = new One(message, (Admitted.Slot) admitted);
        if (key == null) {
            one.enter(Hold.NONE, null);
        } else {
            one.claim(key);
        }
        return one.future;
    }

    private static Target target(Recipient recipient) {
        if (recipient instanceof Recipient.ToDevice device) {
            return device.target();
        }
        throw new IllegalArgumentException(
                "only a message to a device is sent at once; submit() takes every recipient");
    }

    private void requireShorter(Duration deadline) {
        if (deadline.compareTo(settings.ttl()) >= 0) {
            throw new IllegalArgumentException("the retry policy's total deadline of " + deadline
                    + " must be shorter than the dedup time to live of " + settings.ttl()
                    + ", or a late retry is a duplicate that nobody sees");
        }
    }

    private static MessageResult reached(Message message, PushRequest request, SendResult result) {
        return new MessageResult(message.id(), null, List.of(new TargetResult(request.target(), request.id(), result)));
    }

    /** One message on its way. */
    private final class One {

        private final Message message;
        private final Admitted.Slot slot;
        private final CancellableFuture<MessageResult> future = new CancellableFuture<>();
        private volatile Claims.@Nullable Waiting waiting;
        private volatile @Nullable DirectJourney journey;

        One(Message message, Admitted.Slot slot) {
            this.message = message;
            this.slot = slot;
        }

        void claim(DedupKey key) {
            DirectJourney.Life life = slot.life();
            SendResult overdue = life.expiresAtDeadline()
                    ? new SendResult.Expired()
                    : new SendResult.NotSent(SendResult.NotSent.Why.CLAIMED_ELSEWHERE);
            waiting = claims.claim(
                    new Claims.Ask(
                            message.id(),
                            key,
                            life.deadlineNanos(),
                            overdue,
                            slot.lane().limits().attemptTimeout().toNanos()),
                    this::claimed);
            future.onCancel(this::cancel);
        }

        private void claimed(Outcome outcome) {
            if (outcome instanceof Outcome.Stopped stopped) {
                stop(stopped.why());
            } else if (outcome instanceof Outcome.Granted granted) {
                if (granted.ended().contains(TargetDigest.of(slot.request().target()))) {
                    SendResult duplicate = new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE);
                    CompletableFuture<Void> unused = granted.claim().end(null).thenRun(() -> stop(duplicate));
                } else {
                    enter(granted.claim(), granted.claim());
                }
            }
        }

        private void stop(SendResult why) {
            observers.result(slot.lane().lane().key(), slot.request().id(), why);
            direct.complete(slot, future, MessageResult.stopped(message.id(), why), why);
        }

        void enter(Hold hold, @Nullable HeldClaim claim) {
            DirectJourney entering = direct.journey(slot, hold, result -> ended(claim, result));
            journey = entering;
            future.onCancel(this::cancel);
            if (claim != null) {
                claim.whenLost(slot.lane().lane()::recheck);
            }
            slot.lane().lane().enter(entering);
        }

        /** Wherever it is by now. */
        private void cancel() {
            Claims.Waiting claiming = waiting;
            DirectJourney entered = journey;
            if (entered != null) {
                entered.cancel();
            } else if (claiming != null) {
                claiming.stop(new SendResult.Cancelled());
            }
        }

        private void ended(@Nullable HeldClaim claim, SendResult result) {
            if (claim == null) {
                complete(result);
            } else {
                CompletableFuture<Void> unused = claim.end(confirmed(result)).thenRun(() -> complete(result));
            }
        }

        private void complete(SendResult result) {
            direct.complete(slot, future, reached(message, slot.request(), result), result);
        }

        /** How a result ends the claim; null: the message may be sent again. */
        private @Nullable TargetEnds confirmed(SendResult result) {
            return settings.isSaid(result)
                    ? TargetEnds.all(Set.of(TargetDigest.of(slot.request().target())))
                    : null;
        }
    }
}
