package dev.notifykit.internal.queue;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.message.SubmitReceipt.Verdict;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.QueueFullException;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands messages in: what is wrong with them is found before anything is stored. Thread-safe; blocks on the store. */
final class SubmitRoad {

    /** Some megabytes at most, with payloads of the usual size, in one call of the store. */
    static final int MOST = 1_000;

    private final WorkQueue queue;
    private final Map<LaneKey, Lane> lanes;
    private final MissingLanes missing;
    private final DedupSettings dedup;
    private final TimeSource time;
    private final StageProbe stages;
    private volatile boolean closed;

    SubmitRoad(
            WorkQueue queue,
            Map<LaneKey, Lane> lanes,
            MissingLanes missing,
            DedupSettings dedup,
            TimeSource time,
            StageProbe stages) {
        this.missing = missing;
        this.time = time;
        this.queue = queue;
        this.lanes = lanes;
        this.dedup = dedup;
        this.stages = stages;
    }

    List<SubmitReceipt> submit(List<Message> messages) {
        if (closed) {
            throw new NotAdmittedException(NotAdmittedException.Why.CLOSED, "the client is closed");
        }
        if (messages.size() > MOST) {
            throw new IllegalArgumentException(
                    "at most " + MOST + " messages are submitted at once, these are " + messages.size());
        }
        if (messages.isEmpty()) {
            return List.of();
        }
        List<Submission> submissions = messages.stream().map(this::submission).toList();
        List<Submitted> answers = queue.submit(submissions);
        stages.at(Stage.SUBMITTED);
        return receipts(messages, answers);
    }

    private Submission submission(Message message) {
        List<Delivery> deliveries = List.of();
        if (message.recipient() instanceof Recipient.ToDevice device) {
            Delivery delivery = Expansions.delivery(message, device.target());
            check(message.id(), delivery);
            deliveries = List.of(delivery);
        }
        return new Submission(message, deliveries, dedup.ttl(), delay(message));
    }

    private Duration delay(Message message) {
        Instant notBefore = message.notBefore().orElse(null);
        Duration delay = notBefore == null ? Duration.ZERO : Duration.between(time.now(), notBefore);
        return delay.isNegative() ? Duration.ZERO : delay;
    }

    private void check(MessageId message, Delivery delivery) {
        Lane lane = lanes.get(delivery.lane());
        if (lane == null) {
            if (!queue.shared()) {
                throw new IllegalArgumentException("message " + message + " needs lane " + delivery.lane()
                        + ", which was not registered; registered are " + lanes.keySet());
            }
            missing.seen(delivery.lane());
            return;
        }
        Optional<PushResponse.Rejected> rejected = lane.service().check(delivery.request());
        if (rejected.isPresent()) {
            throw new IllegalArgumentException("message " + message + " can never be sent: "
                    + rejected.get().reason() + ", " + rejected.get().detail());
        }
    }

    private static List<SubmitReceipt> receipts(List<Message> messages, List<Submitted> answers) {
        List<SubmitReceipt> receipts = new ArrayList<>(messages.size());
        List<MessageId> refused = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            MessageId id = messages.get(i).id();
            Submitted answer = answers.get(i);
            if (answer instanceof Submitted.Queued queued) {
                Verdict verdict = queued.correction() ? Verdict.CORRECTION : Verdict.QUEUED;
                receipts.add(new SubmitReceipt(id, verdict, queued.ahead(), queued.estimated()));
            } else if (answer instanceof Submitted.Full) {
                refused.add(id);
            } else {
                Verdict verdict = answer instanceof Submitted.Stale ? Verdict.STALE : Verdict.DUPLICATE;
                receipts.add(new SubmitReceipt(id, verdict, 0, false));
            }
        }
        if (!refused.isEmpty()) {
            throw new QueueFullException(receipts, refused);
        }
        return receipts;
    }

    void close() {
        closed = true;
    }
}
