package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.Taken;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the tests of {@link WorkQueueContract} hand in and get back. */
final class QueueValues {

    static final DedupKey EVENT = DedupKey.of("match-7");
    static final DedupKey OTHER_EVENT = DedupKey.of("match-8");
    static final DedupKey ONE = EVENT.content("one");
    static final DedupKey TWO = EVENT.content("two");

    static final SendResult ACCEPTED = new SendResult.Accepted("p-1");
    static final SendResult EXPIRED = new SendResult.Expired();
    static final SendResult REJECTED = new SendResult.Rejected("BAD", "title");
    static final SendResult SUPERSEDED = new SendResult.Suppressed(SendResult.Suppressed.Why.SUPERSEDED);

    static final Instant DIED = Instant.parse("2031-02-03T04:05:06.789Z");

    private static final String APP = "com.acme.app";

    /** Targets of the first lane; those of the other one have negative numbers. */
    static final LaneKey FIRST_LANE = LaneKey.of(target(1));

    static final LaneKey OTHER_LANE = LaneKey.of(target(-1));

    private QueueValues() {}

    static Target target(int number) {
        return number < 0 ? Target.apns(APP, String.format("%064x", -number)) : Target.fcm(APP, "token-" + number);
    }

    static Set<TargetDigest> digests(int... targets) {
        return Arrays.stream(targets)
                .mapToObj(number -> TargetDigest.of(target(number)))
                .collect(Collectors.toUnmodifiableSet());
    }

    static Message message(String id, @Nullable DedupKey key) {
        return message(id, key, Urgency.URGENT);
    }

    static Message message(String id, @Nullable DedupKey key, Urgency urgency) {
        Message.Builder b = Message.builder(Recipient.device(target(0)), Notification.alert("Goal!", id))
                .id(MessageId.of(id))
                .urgency(urgency);
        if (key != null) {
            b.dedupKey(key);
        }
        return b.build();
    }

    static Delivery delivery(Message message, int target) {
        return Delivery.of(message.id(), keyOf(message), request(message, target));
    }

    static PushRequest request(Message message, int target) {
        String name = message.id() + "#" + target;
        return PushRequest.builder(target(target), message.notification())
                .id(new RequestId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))))
                .urgency(message.urgency())
                .build();
    }

    private static DedupKey keyOf(Message message) {
        return new Submission(message, List.of(), Duration.ofHours(1), Duration.ZERO).key();
    }

    static List<Delivery> deliveries(Message message, int... targets) {
        return Arrays.stream(targets)
                .mapToObj(target -> delivery(message, target))
                .toList();
    }

    static Demand demand(int messages, int perLaneAndUrgency) {
        List<Demand.Want> wants = new ArrayList<>();
        if (perLaneAndUrgency > 0) {
            for (LaneKey lane : List.of(FIRST_LANE, OTHER_LANE)) {
                for (Urgency urgency : Urgency.values()) {
                    wants.add(new Demand.Want(lane, urgency, perLaneAndUrgency));
                }
            }
        }
        return new Demand(messages, wants);
    }

    static Settlement ended(Delivery delivery, SendResult result) {
        return new Settlement.Ended(delivery, result, result.kind() == Kind.ACCEPTED || result.kind() == Kind.REJECTED);
    }

    static Settlement parked(Delivery delivery, Duration delay) {
        return new Settlement.Parked(delivery, delay, true, false);
    }

    static Settlement givenBack(Delivery delivery) {
        return new Settlement.Parked(delivery, Duration.ZERO, false, false);
    }

    static Settlement dead(Delivery delivery) {
        return new Settlement.Dead(delivery, letter(delivery));
    }

    static DeadLetter letter(Delivery delivery) {
        return new DeadLetter(
                DeadLetter.Id.of(delivery.id()), DeadLetter.Why.ATTEMPTS, delivery, "Busy", delivery.attempts(), DIED);
    }

    static DeadLetter.Id letterOf(Delivery delivery) {
        return DeadLetter.Id.of(delivery.id());
    }

    static Expansion into(Message message, int... targets) {
        return new Expansion.Into(message, deliveries(message, targets));
    }

    static Expansion endedUnexpanded(Message message, SendResult result, boolean said) {
        return new Expansion.Ended(message, result, said);
    }

    static List<String> messagesOf(Fetched fetched) {
        return fetched.messages().stream()
                .map(Taken::message)
                .map(message -> message.id().value())
                .toList();
    }

    static List<Delivery> deliveriesOf(Fetched fetched) {
        return fetched.deliveries().stream().map(Started::delivery).toList();
    }

    /** Which messages the deliveries belong to. */
    static List<String> namesOf(Fetched fetched) {
        return deliveriesOf(fetched).stream()
                .map(delivery -> delivery.message().value())
                .toList();
    }

    static List<String> names(String prefix, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> prefix + i).toList();
    }

    static boolean isQueued(Submitted submitted) {
        return submitted instanceof Submitted.Queued;
    }
}
