package dev.notifykit.internal.work;

import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands results to the host's sink, if it has one, one batch at a time, off the thread of the actor that it belongs to. A batch that is refused comes
 * again after a back-off; nothing is dropped. Its methods belong to the actor.
 *
 * @param <R> a result
 */
public class SinkDoor<R> {

    private static final Logger log = LoggerFactory.getLogger(SinkDoor.class);

    /** So many results are worth handing over before the next tick. */
    private static final int WORTH = 200;

    /** The host's door. */
    @FunctionalInterface
    public interface Host<R> {

        /**
         * Takes a batch.
         *
         * @param results unmodifiable
         * @throws Exception when they could not be taken
         */
        void accept(List<R> results) throws Exception;
    }

    /**
     * What the work stands on.
     *
     * @param time the clock
     * @param blocking where the host may block
     * @param stages asked after each batch
     */
    public record Ground(TimeSource time, Executor blocking, StageProbe stages) {}

    /** A result with what follows once the sink has taken it. */
    private record Entry<R>(R result, Runnable taken) {}

    private final @Nullable Host<R> sink;
    private final int most;
    private final Ground ground;
    private final Consumer<Runnable> actor;
    private final Consumer<String> trouble;

    private final ArrayList<Entry<R>> waiting = new ArrayList<>();
    private boolean busy;
    private final HostBackoff backoff = new HostBackoff();

    /**
     * Nothing waits yet.
     *
     * @param sink the host's; null: it has none
     * @param most results per batch
     * @param ground where it runs
     * @param actor takes messages to the owner
     * @param trouble told why the host does not take them, on any thread
     */
    public SinkDoor(
            @Nullable Host<R> sink, int most, Ground ground, Consumer<Runnable> actor, Consumer<String> trouble) {
        this.sink = sink;
        this.most = most;
        this.ground = ground;
        this.actor = actor;
        this.trouble = trouble;
    }

    /**
     * A result for the sink.
     *
     * @param result the result
     * @param taken runs in the actor's turn, after the sink took it
     */
    public final void add(R result, Runnable taken) {
        waiting.add(new Entry<>(result, taken));
    }

    /**
     * Whether the host has no sink: then nothing is added here.
     *
     * @return true without a sink
     */
    public final boolean isAbsent() {
        return sink == null;
    }

    /**
     * Whether a batch is worth handing over before the next tick.
     *
     * @return true with many results
     */
    public final boolean isFull() {
        return waiting.size() >= WORTH;
    }

    /**
     * Whether the sink has everything.
     *
     * @return false while something waits or is being handed over
     */
    public final boolean isEmpty() {
        return waiting.isEmpty() && !busy;
    }

    /**
     * How many wait for their turn.
     *
     * @return those of the batch under way not counted
     */
    public final int waiting() {
        return waiting.size();
    }

    /** Hands over what waits, unless a batch is under way. */
    public final void pump() {
        Host<R> host = sink;
        if (host == null || busy || waiting.isEmpty()) {
            return;
        }
        List<Entry<R>> batch = List.copyOf(waiting.subList(0, Math.min(most, waiting.size())));
        waiting.subList(0, batch.size()).clear();
        busy = true;
        List<R> results = batch.stream().map(Entry::result).toList();
        ground.blocking().execute(() -> handOver(host, batch, results));
    }

    private void handOver(Host<R> host, List<Entry<R>> batch, List<R> results) {
        try {
            host.accept(results);
            ground.stages().at(Stage.SINK_TOOK);
        } catch (Exception | Error e) {
            Duration wait = backoff.afterFailure();
            log.warn(
                    "the result sink refused {} results; they come again in {}: {}",
                    results.size(),
                    wait,
                    Traces.of(e));
            trouble.accept("sink: " + e.getClass().getName());
            ground.time().schedule(() -> ground.blocking().execute(() -> handOver(host, batch, results)), wait);
            return;
        }
        backoff.succeeded();
        actor.accept(() -> {
            busy = false;
            batch.forEach(entry -> entry.taken().run());
        });
    }
}
