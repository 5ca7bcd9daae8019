package dev.notifykit.internal.queue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.push.RequestId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The deliveries that a partition has fetched and that have not ended, come to wait or been lost: in a lane, held because nothing may be sent now, or a
 * correction that waits for its originals. Belongs to its partition's actor.
 */
final class Flights {

    /** A correction, and what must have ended before its first attempt. */
    private record Correction(DeliveryJourney journey, Set<DeliveryJourney> originals, long untilNanos) {}

    private final Map<RequestId, DeliveryJourney> all = new LinkedHashMap<>();
    private final Map<String, Set<DeliveryJourney>> byKey = new HashMap<>();
    private final Queue<DeliveryJourney> held = new ArrayDeque<>();
    private final List<Correction> corrections = new ArrayList<>();
    private int inLanes;

    boolean contains(RequestId id) {
        return all.containsKey(id);
    }

    void add(DeliveryJourney journey) {
        all.put(journey.id(), journey);
        DedupKey key = journey.delivery().key();
        if (key != null) {
            byKey.computeIfAbsent(key.id(), id -> new HashSet<>()).add(journey);
        }
    }

    /** It has ended here, in whichever way. */
    void remove(DeliveryJourney journey) {
        all.remove(journey.id());
        DedupKey key = journey.delivery().key();
        if (key != null) {
            byKey.computeIfPresent(key.id(), (id, same) -> {
                same.remove(journey);
                return same.isEmpty() ? null : same;
            });
        }
        corrections.forEach(correction -> correction.originals().remove(journey));
    }

    /** What was said of the same thing before and is still under way. */
    Set<DeliveryJourney> originals(DeliveryJourney correction) {
        DedupKey key = correction.delivery().key();
        Set<DeliveryJourney> others = new HashSet<>(key == null ? Set.of() : byKey.getOrDefault(key.id(), Set.of()));
        others.removeIf(
                other -> other.delivery().message().equals(correction.delivery().message()));
        return others;
    }

    void waits(DeliveryJourney correction, Set<DeliveryJourney> originals, long untilNanos) {
        corrections.add(new Correction(correction, originals, untilNanos));
    }

    void hold(DeliveryJourney journey) {
        held.add(journey);
    }

    void entered() {
        inLanes++;
    }

    void left() {
        inLanes--;
    }

    int inLanes() {
        return inLanes;
    }

    /** Takes out everything that is held, and the corrections that need wait no longer. */
    List<DeliveryJourney> ready(long now) {
        List<DeliveryJourney> ready = new ArrayList<>(held);
        held.clear();
        for (Iterator<Correction> i = corrections.iterator(); i.hasNext(); ) {
            Correction correction = i.next();
            if (correction.originals().isEmpty() || correction.untilNanos() - now <= 0) {
                i.remove();
                ready.add(correction.journey());
            }
        }
        return ready;
    }

    /** Takes out everything that is in no lane. */
    List<DeliveryJourney> resting() {
        held.clear();
        corrections.clear();
        return all.values().stream().filter(journey -> !journey.isInLane()).toList();
    }
}
