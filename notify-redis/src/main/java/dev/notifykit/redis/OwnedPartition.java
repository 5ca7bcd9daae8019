package dev.notifykit.redis;

import dev.notifykit.push.MessageId;
import dev.notifykit.queue.PartitionLease;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an owner was answered under one lease: how far it has read in each stream, and where the messages lie that it has taken. It moves on only
 * when an answer was read to its end, so that a fetch whose answer was lost is answered again. Not thread-safe: for one lease there is one call at a time.
 */
final class OwnedPartition {

    /** Before the first entry. */
    static final String BEGINNING = "-";

    private final PartitionLease lease;
    private final Map<String, String> places = new HashMap<>();
    private final Map<MessageId, Place> taken = new HashMap<>();
    private long fetches;
    private long steps;

    OwnedPartition(PartitionLease lease) {
        this.lease = lease;
    }

    /** The same owner's next lease: it reads everything anew, but need not have read a message again to end it. */
    OwnedPartition next(PartitionLease newer) {
        OwnedPartition next = new OwnedPartition(newer);
        next.taken.putAll(taken);
        return next;
    }

    /** Where a message of the intake lies. */
    record Place(String entry, Duration ttl) {}

    PartitionLease lease() {
        return lease;
    }

    /** What is shown to scripts: the fence, and how many steps this owner knows of. A Redis that knows of fewer was rolled back. */
    String shown() {
        return steps == 0 ? lease.fence() : lease.fence() + " " + steps;
    }

    /** A script has answered how many steps there are now; empty: as many as before. */
    void stepped(String now) {
        if (!now.isEmpty()) {
            steps = Math.max(steps, Long.parseLong(now));
        }
    }

    /** How many fetches were answered. */
    long fetches() {
        return fetches;
    }

    /** The last entry of a stream that was answered. */
    String place(String stream) {
        return places.getOrDefault(stream, BEGINNING);
    }

    /** A fetch was answered. */
    void answered(Map<String, String> newPlaces, Map<MessageId, Place> messages) {
        places.putAll(newPlaces);
        taken.putAll(messages);
        fetches++;
    }

    @Nullable
    Place taken(MessageId message) {
        return taken.get(message);
    }

    /** A message is not in the intake any more. */
    void expanded(MessageId message) {
        taken.remove(message);
    }
}
