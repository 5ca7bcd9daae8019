package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.FanOutId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the store no longer knows a fan-out which has not ended: somebody has emptied it, or it has come back without its last writes.
 * Who was sent to is then known to nobody, so it is said aloud until the fan-out is there again. Thread-safe.
 */
final class LostFanOuts {

    private static final Logger log = LoggerFactory.getLogger(LostFanOuts.class);

    private final ProgressStore store;
    private final Set<FanOutId> unfinished = ConcurrentHashMap.newKeySet();
    private final Set<FanOutId> lost = ConcurrentHashMap.newKeySet();

    LostFanOuts(ProgressStore store) {
        this.store = store;
    }

    /** It was launched, or somebody waits for its end. */
    void watch(FanOutId id) {
        unfinished.add(id);
    }

    /**
     * Compares what was there with what is there.
     *
     * @param active the fan-outs that have not ended, just asked for
     * @return those that are lost, each once
     */
    List<FanOutId> look(Collection<FanOutId> active) {
        List<FanOutId> gone = new ArrayList<>();
        for (FanOutId id : unfinished) {
            if (!active.contains(id) && isGone(id)) {
                gone.add(id);
            }
        }
        lost.removeAll(active);
        unfinished.addAll(active);
        gone.forEach(id -> {
            lost.add(id);
            log.error(
                    "fan-out {} has vanished from the store before its end: whoever it had not reached yet is not reached, and what it"
                            + " had counted is lost",
                    id);
        });
        return gone;
    }

    private boolean isGone(FanOutId id) {
        try {
            Optional<FanOutProgress> progress = store.progress(id);
            if (progress.isEmpty() || progress.get().state().isEnd()) {
                unfinished.remove(id);
            }
            return progress.isEmpty();
        } catch (RuntimeException e) {
            log.warn("fan-out {} could not be looked at and is looked at again: {}", id, Traces.of(e));
            return false;
        }
    }

    /** One line each. */
    List<String> lines() {
        return lost.stream()
                .map(id -> "fan-out " + id + " has vanished from the store before its end")
                .toList();
    }
}
