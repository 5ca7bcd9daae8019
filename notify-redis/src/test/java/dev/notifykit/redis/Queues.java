package dev.notifykit.redis;

import dev.notifykit.dedup.DedupKey;
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
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Messages for queues, and calls with them, for tests. */
final class Queues {

    static final Duration TTL = Duration.ofHours(6);
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Submitted QUEUED = new Submitted.Queued(false, 0, false);
    static final SendResult ACCEPTED = new SendResult.Accepted("p-1");

    private static final String APP = "com.acme.app";
    private static final String TOKEN = "4711".repeat(16);
    private static final int ALL = 100_000;

    private Queues() {}

    static Message message(String id, @Nullable DedupKey key) {
        Message.Builder b = Message.builder(
                        Recipient.device(Target.apns(APP, TOKEN)), Notification.alert("Goal!", "It is 2:1 now"))
                .id(MessageId.of(id));
        return key == null ? b.build() : b.dedupKey(key).build();
    }

    /** A message to devices that are known. */
    static Submission to(String id, @Nullable DedupKey key, int... targets) {
        return later(id, key, Duration.ZERO, targets);
    }

    static Submission to(String id) {
        return to(id, null, 1);
    }

    static Submission later(String id, @Nullable DedupKey key, Duration delay, int... targets) {
        Message message = message(id, key);
        DedupKey used = new Submission(message, List.of(), TTL, delay).key();
        List<Delivery> deliveries = Arrays.stream(targets)
                .mapToObj(target -> Delivery.of(message.id(), used, request(message, target)))
                .toList();
        return new Submission(message, deliveries, TTL, delay);
    }

    static Submission toExpand(String id) {
        return new Submission(message(id, null), List.of(), TTL, Duration.ZERO);
    }

    static List<Submission> many(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> to(prefix + i)).toList();
    }

    private static PushRequest request(Message message, int target) {
        String name = message.id() + "#" + target;
        return PushRequest.builder(target(target), message.notification())
                .id(new RequestId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))))
                .urgency(message.urgency())
                .build();
    }

    /** A target of the only lane that these messages have. */
    static Target target(int number) {
        return Target.apns(APP, String.format("%064x", number));
    }

    static Submitted submit(WorkQueue queue, Submission submission) {
        return queue.submit(List.of(submission)).get(0);
    }

    static boolean isQueued(Submitted submitted) {
        return submitted instanceof Submitted.Queued;
    }

    static PartitionLease own(WorkQueue queue, int partition) {
        return queue.acquire(partition, "me", LEASE).orElseThrow();
    }

    static Demand everything() {
        return new Demand(ALL, List.of(new Demand.Want(LaneKey.of(target(1)), Urgency.URGENT, ALL)));
    }

    /** All that is there, in all partitions, under new leases. */
    static Set<String> names(WorkQueue queue) {
        return IntStream.range(0, queue.partitions())
                .mapToObj(partition -> queue.fetch(own(queue, partition), everything()))
                .flatMap(fetched -> fetched.deliveries().stream())
                .map(started -> started.delivery().message().value())
                .collect(Collectors.toSet());
    }

    static Fetched fetch(WorkQueue queue, PartitionLease lease) {
        return queue.fetch(lease, everything());
    }

    static Delivery fetchOne(WorkQueue queue, PartitionLease lease) {
        Fetched fetched = fetch(queue, lease);
        if (fetched.deliveries().size() != 1) {
            throw new AssertionError("one delivery expected: " + fetched);
        }
        return fetched.deliveries().get(0).delivery();
    }

    static Settlement ended(Delivery delivery) {
        return new Settlement.Ended(delivery, ACCEPTED, true);
    }

    static Settlement parked(Delivery delivery, Duration delay) {
        return new Settlement.Parked(delivery, delay, true, false);
    }

    static Settlement dead(Delivery delivery) {
        return new Settlement.Dead(
                delivery,
                new DeadLetter(
                        DeadLetter.Id.of(delivery.id()),
                        DeadLetter.Why.ATTEMPTS,
                        delivery,
                        "Busy",
                        3,
                        Instant.parse("2031-02-03T04:05:06.789Z")));
    }

    /** Whether nothing was lost and nothing is there twice. */
    static boolean isLawful(QueueState state) {
        long results =
                state.results().values().stream().mapToLong(Long::longValue).sum();
        return state.made()
                == results + state.queued() + state.parked() + state.started() + state.deadLetters() - state.buried();
    }
}
