package dev.notifykit.internal.queue;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.RequestId;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be noted of a partition's deliveries and is not yet in the store. Nothing of it is lost when the store fails: the same goes there
 * again, which changes nothing more. Belongs to its partition's actor.
 */
final class Settlements {

    /** At the latest so many are noted at once: what a crash may send twice is bounded by it. */
    static final int MOST = 200;

    private final WorkQueue queue;
    private final PartitionLease lease;
    private final StageProbe stages;
    private final List<Settlement> waiting = new ArrayList<>();

    /** Dead letters that found no room; they are tried again one by one at a time of their own. */
    private final Map<RequestId, Settlement> unburied = new LinkedHashMap<>();

    Settlements(WorkQueue queue, PartitionLease lease, StageProbe stages) {
        this.queue = queue;
        this.lease = lease;
        this.stages = stages;
    }

    void add(Settlement settlement) {
        waiting.add(settlement);
    }

    int size() {
        return waiting.size();
    }

    boolean isFull() {
        return waiting.size() >= MOST;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The lanes that have dead letters for which there is no room. */
    Set<LaneKey> unburied() {
        return unburied.values().stream()
                .map(settlement -> settlement.delivery().lane())
                .collect(Collectors.toSet());
    }

    /** It was fetched again: somebody has replayed it meanwhile. */
    void fetched(RequestId id) {
        unburied.remove(id);
    }

    void flush() {
        while (!waiting.isEmpty()) {
            List<Settlement> batch = waiting.subList(0, Math.min(MOST, waiting.size()));
            if (settle(List.copyOf(batch)) > 0) {
                batch.stream()
                        .filter(Settlement.Dead.class::isInstance)
                        .forEach(dead -> unburied.put(dead.delivery().id(), dead));
            }
            batch.clear();
        }
    }

    /** Tries again to find room for dead letters. */
    void buryAgain() {
        if (!unburied.isEmpty() && settle(List.copyOf(unburied.values())) == 0) {
            unburied.clear();
        }
    }

    private int settle(Collection<Settlement> batch) {
        stages.at(Stage.BEFORE_SETTLE);
        int withoutRoom = queue.settle(lease, batch);
        stages.at(Stage.SETTLED);
        return withoutRoom;
    }
}
