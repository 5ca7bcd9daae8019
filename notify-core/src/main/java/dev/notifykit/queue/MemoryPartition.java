package dev.notifykit.queue;

import dev.notifykit.dedup.MessageClaims.Holding;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One partition of a queue in memory. Guarded by the queue's lock. Instants are nanoseconds since the queue was made. */
final class MemoryPartition {

    private final MemoryBacklog backlog;
    private final MemoryLetters letters;

    /** All that are here. */
    private final Map<MessageId, MemoryMessage> messages = new HashMap<>();

    /** Those that were not expanded, those that are not due included. */
    private final Map<MessageId, MemoryMessage> intake = new LinkedHashMap<>();

    /** Of the intake, what is due and was not answered under this lease. */
    private final Queue<MemoryMessage> toTake = new ArrayDeque<>();

    private final Map<LaneAndUrgency, Lane> lanes = new HashMap<>();
    private final Map<RequestId, MemoryDelivery> started = new LinkedHashMap<>();
    private final MemorySchedule schedule = new MemorySchedule();
    private final Map<Kind, Long> results = new EnumMap<>(Kind.class);
    private final Map<Kind, Long> ended = new EnumMap<>(Kind.class);
    private long queued;
    private long parked;
    private long made;
    private long possibleDuplicates;

    MemoryPartition(MemoryBacklog backlog, MemoryLetters letters) {
        this.backlog = backlog;
        this.letters = letters;
    }

    private record LaneAndUrgency(LaneKey lane, Urgency urgency) {}

    /** The deliveries of one lane and urgency. */
    private static final class Lane {
        final Deque<MemoryDelivery> inherited = new ArrayDeque<>();
        final Deque<MemoryDelivery> queued = new ArrayDeque<>();
    }

    /** A message that is in the intake, or has targets without an end. */
    @Nullable
    MemoryMessage find(MessageId id) {
        MemoryMessage message = messages.get(id);
        return message != null && (message.isOpen() || intake.containsKey(id)) ? message : null;
    }

    /** How many wait for an owner now. */
    long waiting() {
        return toTake.size() + queued;
    }

    // ---- in

    void add(MemoryMessage message, Submission submission, long now) {
        messages.put(message.message().id(), message);
        long at = now + InMemoryWorkQueue.nanos(submission.delay());
        if (!submission.deliveries().isEmpty()) {
            make(message, submission.deliveries(), at, now);
            return;
        }
        intake.put(message.message().id(), message);
        backlog.add(Footprint.of(message.message()));
        if (at > now) {
            message.waits(true);
            schedule.add(at, message, null);
        } else {
            toTake.add(message);
        }
    }

    private void make(MemoryMessage message, List<Delivery> deliveries, long at, long now) {
        for (Delivery delivery : deliveries) {
            made++;
            MemoryDelivery one = new MemoryDelivery(message, delivery);
            if (one.opens()) {
                backlog.add(one.bytes());
                waitUntil(one, at, now);
            } else {
                count(results, Kind.SUPPRESSED);
            }
        }
        message.endWithTheLast();
        forget(message);
    }

    /** A letter is a delivery again. */
    void replay(@Nullable MemoryMessage message, Delivery delivery, boolean wasBuried) {
        made += wasBuried ? 1 : 0;
        MemoryDelivery again =
                new MemoryDelivery(message, Delivery.of(delivery.message(), delivery.key(), delivery.request()));
        backlog.add(again.bytes());
        queue(again);
    }

    private void waitUntil(MemoryDelivery delivery, long at, long now) {
        if (at > now) {
            schedule.add(at, null, delivery);
            parked++;
        } else {
            queue(delivery);
        }
    }

    private void queue(MemoryDelivery delivery) {
        lane(delivery.delivery()).queued.add(delivery);
        queued++;
    }

    private Lane lane(Delivery delivery) {
        LaneAndUrgency key =
                new LaneAndUrgency(delivery.lane(), delivery.request().urgency());
        return lanes.computeIfAbsent(key, unused -> new Lane());
    }

    // ---- out

    /** What was fetched under the lease before comes again. */
    void inherit() {
        toTake.clear();
        for (MemoryMessage message : intake.values()) {
            if (!message.waits()) {
                toTake.add(message);
            }
        }
        lanes.values().forEach(lane -> lane.inherited.clear());
        started.values().forEach(delivery -> {
            delivery.inherit();
            lane(delivery.delivery()).inherited.add(delivery);
        });
    }

    Fetched fetch(Demand demand, long now) {
        moveDue(now);
        List<Taken> taken = new ArrayList<>();
        while (taken.size() < demand.messages() && !toTake.isEmpty()) {
            MemoryMessage message = toTake.remove();
            // It may have been expanded under this lease, without being fetched again.
            if (intake.get(message.message().id()) != message) {
                continue;
            }
            Holding holding = message.holding();
            taken.add(new Taken(message.message(), holding == Holding.SUPERSEDED, holding == Holding.CORRECTION));
        }
        List<Started> fetched = new ArrayList<>();
        for (Demand.Want want : demand.deliveries()) {
            Lane lane = lanes.get(new LaneAndUrgency(want.lane(), want.urgency()));
            if (lane != null) {
                start(lane, want.max(), fetched);
            }
        }
        return new Fetched(taken, fetched);
    }

    private void start(Lane lane, int max, List<Started> fetched) {
        int left = max;
        while (left > 0 && !lane.inherited.isEmpty()) {
            MemoryDelivery delivery = lane.inherited.remove();
            // It may have been settled under this lease, without being fetched again.
            if (delivery.inherited() && started.get(delivery.delivery().id()) == delivery) {
                possibleDuplicates++;
                fetched.add(delivery.start());
                left--;
            }
        }
        while (left > 0 && !lane.queued.isEmpty()) {
            MemoryDelivery delivery = lane.queued.remove();
            queued--;
            started.put(delivery.delivery().id(), delivery);
            fetched.add(delivery.start());
            left--;
        }
    }

    private void moveDue(long now) {
        for (int i = 0; i < WorkQueue.DUE_AT_ONCE; i++) {
            MemorySchedule.Due next = schedule.takeDue(now);
            if (next == null) {
                return;
            }
            if (next.delivery() != null) {
                parked--;
                queue(next.delivery());
            } else if (next.message() != null) {
                fallsDue(next.message());
            }
        }
    }

    private void fallsDue(MemoryMessage message) {
        MessageId id = message.message().id();
        if (intake.remove(id, message)) {
            intake.put(id, message); // from now on it is as old as this
            message.waits(false);
            toTake.add(message);
        }
    }

    // ---- ends

    void expand(Collection<Expansion> expansions, long now) {
        for (Expansion expansion : expansions) {
            MemoryMessage message = intake.remove(expansion.message().id());
            if (message == null) {
                continue;
            }
            backlog.remove(Footprint.of(message.message()));
            if (expansion instanceof Expansion.Into into) {
                make(message, into.deliveries(), now, now);
            } else if (expansion instanceof Expansion.Ended end) {
                count(ended, end.result().kind());
                message.endUnexpanded(end.said());
                forget(message);
            }
        }
    }

    /** How many letters found no room. */
    int settle(Collection<Settlement> settlements, long now) {
        int refused = 0;
        for (Settlement settlement : settlements) {
            RequestId id = settlement.delivery().id();
            MemoryDelivery delivery = started.get(id);
            if (delivery == null) {
                continue;
            }
            if (settlement instanceof Settlement.Dead dead) {
                MemoryLetters.Kept kept = new MemoryLetters.Kept(dead.letter(), delivery.message(), this, false);
                if (!letters.contains(kept.letter().id()) && !letters.hasRoom()) {
                    refused++;
                    continue;
                }
                replaceLetter(kept);
                started.remove(id);
                backlog.remove(delivery.bytes());
                delivery.die();
            } else if (settlement instanceof Settlement.Parked park) {
                started.remove(id);
                possibleDuplicates += park.maybeTwice() ? 1 : 0;
                delivery.park(park);
                waitUntil(delivery, now + InMemoryWorkQueue.nanos(park.delay()), now);
            } else if (settlement instanceof Settlement.Ended end) {
                started.remove(id);
                backlog.remove(delivery.bytes());
                count(results, delivery.end(end));
                forget(delivery.message());
            }
        }
        return refused;
    }

    /** A message that outlived its claim, and was submitted again, may die again. */
    private void replaceLetter(MemoryLetters.Kept kept) {
        MemoryLetters.Kept before = letters.find(kept.letter().id());
        if (before != null) {
            letters.remove(before);
            if (!before.buried()) {
                count(results, Kind.DEAD_LETTERED);
            }
        }
        letters.add(kept);
    }

    void alone(Delivery delivery) {
        MemoryDelivery one = started.get(delivery.id());
        if (one != null) {
            one.runsAlone();
        }
    }

    /** A letter that was a delivery of this partition is gone. */
    void purged(@Nullable MemoryMessage message) {
        count(results, Kind.DEAD_LETTERED);
        forget(message);
    }

    private void forget(@Nullable MemoryMessage message) {
        if (message != null && message.isGone()) {
            messages.remove(message.message().id(), message);
        }
    }

    private static void count(Map<Kind, Long> counts, Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    long intake() {
        return intake.size();
    }

    long made() {
        return made;
    }

    long queued() {
        return queued;
    }

    long parked() {
        return parked;
    }

    long started() {
        return started.size();
    }

    long possibleDuplicates() {
        return possibleDuplicates;
    }

    Map<Kind, Long> results() {
        return results;
    }

    Map<Kind, Long> ended() {
        return ended;
    }
}
