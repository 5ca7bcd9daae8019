package dev.notifykit.internal.dedup;

import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.internal.work.StoreCalls;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.push.MessageId;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Stages (2) and (6) of one client. A message asks here once, before its targets are looked up; the answer is a {@link HeldClaim} to go
 * on with and to end, or the end of the message. Thread-safe, without a lock of its own.
 */
public final class Claims {

    final DedupStore store;
    final DedupSettings settings;
    final TimeSource time;
    final StoreCalls calls;
    final StageProbe stages;
    private final BiConsumer<MessageId, DedupEvent> listener;
    private final Set<ClaimLoop> waiting = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Set<HeldClaim>> held = new ConcurrentHashMap<>();

    /**
     * Nothing is claimed yet.
     *
     * @param store decides
     * @param settings how it is used
     * @param time the clock
     * @param listener is told what a host may want to count
     * @param stages asked at every stage
     */
    public Claims(
            DedupStore store,
            DedupSettings settings,
            TimeSource time,
            BiConsumer<MessageId, DedupEvent> listener,
            StageProbe stages) {
        this.store = store;
        this.settings = settings;
        this.time = time;
        this.listener = listener;
        this.stages = stages;
        calls = new StoreCalls("the dedup store", time, settings.timeout());
    }

    /**
     * Who asks for what, and how long it can wait.
     *
     * @param message the message
     * @param key its key
     * @param deadlineNanos when it ends, waiting or not; a monotonic reading
     * @param overdue how it ends then
     * @param longestAttemptNanos how long a correction waits, at most, for the attempts of its originals
     */
    public record Ask(
            MessageId message, DedupKey key, long deadlineNanos, SendResult overdue, long longestAttemptNanos) {}

    /** The answer. */
    public sealed interface Outcome {

        /**
         * Go on.
         *
         * @param claim to be ended with the message
         * @param ended targets that get nothing again
         */
        record Granted(HeldClaim claim, Set<TargetDigest> ended) implements Outcome {}

        /**
         * The message has ended.
         *
         * @param why how
         */
        record Stopped(SendResult why) implements Outcome {}
    }

    /** A message that has no answer yet. */
    public interface Waiting {

        /**
         * Ends the waiting, unless there is an answer already.
         *
         * @param end how the message ends
         */
        void stop(SendResult end);
    }

    /**
     * Claims a message's key; waits while another holds it.
     *
     * @param ask which key
     * @param outcome takes the answer, exactly once, on any thread
     * @return a handle to end the waiting
     */
    public Waiting claim(Ask ask, Consumer<Outcome> outcome) {
        ClaimLoop loop = new ClaimLoop(this, ask, ClaimOwner.random(), outcome);
        waiting.add(loop);
        loop.begin();
        return loop;
    }

    /**
     * Ends everything that waits for an answer.
     *
     * @param end how
     */
    public void abandon(SendResult end) {
        waiting.forEach(loop -> loop.stop(end));
    }

    /**
     * What is wrong at the moment.
     *
     * @return one line for health; none when all is well
     */
    public List<String> troubles() {
        return calls.failing() ? List.of("the dedup store does not answer") : List.of();
    }

    // ---- for its parts

    void event(MessageId message, DedupEvent event) {
        listener.accept(message, event);
    }

    void answered(ClaimLoop loop) {
        waiting.remove(loop);
    }

    void begun(HeldClaim claim) {
        held.compute(claim.keyId(), (id, others) -> {
            Set<HeldClaim> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(claim);
            return all;
        });
    }

    void ended(HeldClaim claim) {
        held.computeIfPresent(claim.keyId(), (id, all) -> {
            all.remove(claim);
            return all.isEmpty() ? null : all;
        });
    }

    /** A correction was admitted here: the claims of this client on the same key learn at once what has become of them. */
    void corrected(DedupKey key) {
        held.getOrDefault(key.id(), Set.of()).forEach(HeldClaim::renew);
    }
}
