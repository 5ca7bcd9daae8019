package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.push.FanOutId;
import dev.notifykit.time.TimeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Fan-outs that nobody works on, as an instance sees it that cannot do it either: where nothing has happened for the length of a lease although
 * shards are free, it says so in the store, and takes it back when somebody has come. {@link #troubles} from any thread; all else belongs to
 * the engine's actor.
 */
final class Orphans {

    private static final String NOBODY = "no instance works on it: ";

    private record Sighting(long sinceNanos, FanOutProgress progress) {}

    private final ProgressStore store;
    private final TimeSource time;
    private final long patienceNanos;
    private final Map<FanOutId, Sighting> seen = new HashMap<>();
    private final Map<FanOutId, String> said = new ConcurrentHashMap<>();

    Orphans(ProgressStore store, TimeSource time, FanOutSettings settings) {
        this.store = store;
        this.time = time;
        patienceNanos = settings.lease().toNanos();
    }

    /**
     * A fan-out that has not ended, and cannot be worked on here.
     *
     * @param lacking what is missing here
     */
    void see(FanOutSpec spec, String lacking) {
        FanOutId id = spec.id();
        FanOutProgress progress = store.progress(id).orElse(null);
        boolean waits = progress != null
                && progress.state() != FanOutState.PAUSED
                && !progress.state().isEnd()
                && !store.freeShards(id).isEmpty();
        Sighting before = seen.get(id);
        if (progress == null || !waits || before == null || moved(before.progress(), progress)) {
            seen.remove(id);
            say(id, null);
            if (progress != null && waits) {
                seen.put(id, new Sighting(time.nanoTime(), progress));
            }
        } else if (time.nanoTime() - before.sinceNanos() >= patienceNanos) {
            say(id, NOBODY + lacking);
        }
    }

    /**
     * Somebody has come. What the store says the fan-out waits for may have been said by one who is gone.
     *
     * @param orderly whether the owner before has given its shard back
     */
    void taken(FanOutId id, boolean orderly) {
        seen.remove(id);
        said.remove(id);
        boolean outOfDate = store.progress(id)
                .flatMap(FanOutProgress::reason)
                .filter(reason -> !orderly || reason.startsWith(NOBODY))
                .isPresent();
        if (outOfDate) {
            store.waiting(id, null);
        }
    }

    /** Forgets all but these. */
    void retain(List<FanOutId> active) {
        seen.keySet().retainAll(active);
        said.keySet().retainAll(active);
    }

    /** What is missing, by fan-out. */
    Map<FanOutId, String> troubles() {
        return said;
    }

    private void say(FanOutId id, @Nullable String reason) {
        String before = reason == null ? said.remove(id) : said.put(id, reason);
        if (reason == null ? before != null : !reason.equals(before)) {
            store.waiting(id, reason);
        }
    }

    private static boolean moved(FanOutProgress before, FanOutProgress now) {
        return before.recipients() != now.recipients()
                || before.done() != now.done()
                || before.parked() != now.parked()
                || before.possibleDuplicates() != now.possibleDuplicates();
    }
}
