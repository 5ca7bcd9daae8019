package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutConflictException;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutLostException;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOuts;
import dev.notifykit.fanout.LaunchFailedException;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches fan-outs, and once started looks for shards that nobody works on and works on them. One actor for the looking; each shard is
 * an actor of its own.
 */
public final class FanOutEngine extends Serial implements FanOuts, ShardRun.Owner {

    private static final Logger log = LoggerFactory.getLogger(FanOutEngine.class);

    /** How soon a shard without an owner, and a command given elsewhere, are noticed. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final ProgressStore store;
    private final Map<String, FanOutHandler> handlers;
    private final Map<LaneKey, Lane> lanes;
    private final TimeSource time;
    private final Executor blocking;
    private final Executor callbacks;
    private final FanOutSettings settings;
    private final StageProbe stages;
    private final @Nullable Burial burial;

    private final Map<FanOutId, FanOutHandler> localHandlers = new ConcurrentHashMap<>();
    private final Map<FanOutId, CompletableFuture<FanOutProgress>> completions = new ConcurrentHashMap<>();
    private final Map<FanOutId, RateMeter> meters = new ConcurrentHashMap<>();
    private final Map<FanOutId, String> troubles = new ConcurrentHashMap<>();
    private final LostFanOuts lost;
    private final Orphans orphans;
    private final List<ShardRun> runs = new CopyOnWriteArrayList<>();
    private final Map<FanOutId, ShardContext> contexts = new HashMap<>();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

    private final AtomicBoolean looking = new AtomicBoolean();

    private volatile boolean started;
    private volatile boolean stopping;

    /**
     * Launches only, until {@link #start}.
     *
     * @param store keeps the progress
     * @param handlers by name
     * @param lanes by key
     * @param time the clock
     * @param blocking where calls may block
     * @param callbacks where futures complete
     * @param settings how this instance works
     * @param stages asked at every stage
     * @param letters keeps rows that were given up; null: their results are all that is kept
     */
    public FanOutEngine(
            ProgressStore store,
            Map<String, FanOutHandler> handlers,
            Map<LaneKey, Lane> lanes,
            TimeSource time,
            Executor blocking,
            Executor callbacks,
            FanOutSettings settings,
            StageProbe stages,
            @Nullable WorkQueue letters) {
        super(blocking);
        this.store = store;
        this.handlers = Map.copyOf(handlers);
        this.lanes = Map.copyOf(lanes);
        this.time = time;
        this.blocking = blocking;
        this.callbacks = callbacks;
        this.settings = settings;
        this.stages = stages;
        lost = new LostFanOuts(store);
        orphans = new Orphans(store, time, settings);
        burial = letters == null ? null : new Burial(letters);
    }

    /** Begins to work on shards. */
    public void start() {
        started = true;
        keepLooking();
    }

    private void keepLooking() {
        if (looking.compareAndSet(false, true)) {
            tell(this::lookAndComeAgain);
        }
    }

    /**
     * Stops taking shards and gives back those it has, as soon as nothing of them is in flight.
     *
     * @return completes when all are given back
     */
    public CompletableFuture<@Nullable Void> stop() {
        stopping = true;
        tell(() -> {
            runs.forEach(run -> run.mode(ShardRun.Mode.STOPPING));
            completeIfStopped();
        });
        return stopped;
    }

    /** Fails what still waits for the end of a fan-out. */
    public void close() {
        IllegalStateException closed = new IllegalStateException("the client was closed before the fan-out ended");
        completions.values().forEach(completion -> completion.completeExceptionally(closed));
    }

    /**
     * What the fan-outs wait for.
     *
     * @return one line each
     */
    public List<String> troubles() {
        List<String> lines = new ArrayList<>();
        troubles.forEach((id, reason) -> lines.add("fan-out " + id + " waits: " + reason));
        orphans.troubles().forEach((id, reason) -> lines.add("fan-out " + id + " waits: " + reason));
        return lines;
    }

    /**
     * Fan-outs that the store has lost.
     *
     * @return one line each
     */
    public List<String> losses() {
        return lost.lines();
    }

    // ---- launching and finding

    @Override
    public FanOut launch(FanOutSpec spec) {
        FanOutHandler handler = handlers.get(spec.handler());
        if (handler == null) {
            throw new IllegalArgumentException("no handler is named '" + spec.handler() + "'; registered are "
                    + handlers.keySet().stream().sorted().toList());
        }
        return launchWith(spec, handler);
    }

    @Override
    public FanOut launch(FanOutSpec spec, FanOutHandler handler) {
        if (store.shared()) {
            throw new IllegalArgumentException(
                    "a handler that only this JVM has cannot work with a store that others share; register it by name");
        }
        if (!handler.name().equals(spec.handler())) {
            throw new IllegalArgumentException(
                    "the spec asks for handler '" + spec.handler() + "', given is '" + handler.name() + "'");
        }
        return launchWith(spec, handler);
    }

    private FanOut launchWith(FanOutSpec spec, FanOutHandler handler) {
        List<LaneKey> missing = missing(handler);
        if (!missing.isEmpty() && !store.shared()) {
            throw new IllegalArgumentException("handler '" + handler.name() + "' needs lanes that were not registered: "
                    + missing + "; registered are " + lanes.keySet());
        }
        if (stopping) {
            throw new IllegalStateException("the client is closed");
        }
        Optional<FanOutSpec> known = store.spec(spec.id());
        if (known.isPresent()) {
            if (!known.get().equals(spec)) {
                throw new FanOutConflictException(spec.id());
            }
            lost.watch(spec.id());
            return new Handle(spec.id());
        }
        create(spec, handler);
        lost.watch(spec.id());
        if (handlers.get(handler.name()) != handler) {
            localHandlers.put(spec.id(), handler);
        }
        tell(this::look);
        return new Handle(spec.id());
    }

    private List<LaneKey> missing(FanOutHandler handler) {
        return handler.lanes().stream().filter(key -> !lanes.containsKey(key)).toList();
    }

    private void create(FanOutSpec spec, FanOutHandler handler) {
        Audience audience;
        List<String> shards;
        try {
            audience = handler.audience(spec.parameters());
            shards = audience.shards();
            if (shards.isEmpty()) {
                throw new IllegalArgumentException("an audience must have at least one shard");
            }
        } catch (Exception e) {
            throw new LaunchFailedException(spec.id(), e);
        }
        if (store.create(spec, shards, estimate(spec.id(), audience)) == ProgressStore.Launch.CONFLICT) {
            throw new FanOutConflictException(spec.id());
        }
    }

    private static OptionalLong estimate(FanOutId id, Audience audience) {
        try {
            return audience.estimatedTotal();
        } catch (Exception e) {
            log.warn("fan-out {}: its audience could not be estimated and goes without: {}", id, Traces.of(e));
            return OptionalLong.empty();
        }
    }

    @Override
    public Optional<FanOut> find(FanOutId id) {
        return store.spec(id).map(spec -> new Handle(id));
    }

    @Override
    public List<FanOut> active() {
        return store.active().stream().<FanOut>map(Handle::new).toList();
    }

    // ---- looking for work

    @Override
    protected void afterBatch() {
        // Each message is complete in itself.
    }

    private void lookAndComeAgain() {
        if (stopping) {
            return;
        }
        time.schedule(() -> tell(this::lookAndComeAgain), LOOK);
        look();
    }

    private void look() {
        try {
            // What is launched from now on may be missing among the active, and keeps its handler all the same.
            List<FanOutId> withHandler = List.copyOf(localHandlers.keySet());
            List<FanOutId> active = store.active();
            lost.look(active).forEach(this::lose);
            completions.keySet().forEach(id -> lookAt(id, this::completeIfEnded));
            if (!started || stopping) {
                return;
            }
            contexts.keySet().retainAll(active);
            withHandler.stream().filter(id -> !active.contains(id)).forEach(localHandlers::remove);
            orphans.retain(active);
            for (FanOutId id : active) {
                lookAt(id, this::follow);
                lookAt(id, this::takeShards);
            }
        } catch (RuntimeException e) {
            log.warn("the progress store could not be asked for work and is asked again: {}", Traces.of(e));
        }
    }

    /** What cannot be read of one costs the others nothing. */
    private static void lookAt(FanOutId id, Consumer<FanOutId> look) {
        try {
            look.accept(id);
        } catch (RuntimeException e) {
            log.warn(
                    "fan-out {}: the progress store could not be asked about it and is asked again: {}",
                    id,
                    Traces.of(e));
        }
    }

    private void lose(FanOutId id) {
        CompletableFuture<FanOutProgress> completion = completions.remove(id);
        if (completion != null) {
            callbacks.execute(() -> completion.completeExceptionally(new FanOutLostException(id)));
        }
        meters.remove(id);
    }

    /** Brings the host's command to the shards in work here. */
    private void follow(FanOutId id) {
        ShardRun.Mode mode = mode(store.wanted(id));
        for (ShardRun run : runs) {
            if (run.lease().fanOut().equals(id)) {
                run.mode(mode);
            }
        }
    }

    private static ShardRun.Mode mode(ProgressStore.Command command) {
        return switch (command) {
            case RESUME -> ShardRun.Mode.RUNNING;
            case PAUSE -> ShardRun.Mode.PAUSED;
            case CANCEL -> ShardRun.Mode.CANCELLED;
        };
    }

    private void takeShards(FanOutId id) {
        ShardContext context = context(id);
        if (context == null) {
            return;
        }
        for (int shard : store.freeShards(id)) {
            if (runs.size() >= settings.maxShards()) {
                return;
            }
            long askedNanos = time.nanoTime();
            store.acquire(id, shard, settings.instance(), settings.lease()).ifPresent(grant -> {
                ShardRun run = new ShardRun(context, grant, askedNanos, mode(store.wanted(id)), this);
                runs.add(run);
                run.begin();
                orphans.taken(id, grant.released());
            });
        }
    }

    /** Null when this instance lacks the handler or one of its lanes: others may have them. */
    private @Nullable ShardContext context(FanOutId id) {
        ShardContext known = contexts.get(id);
        if (known != null) {
            return known;
        }
        FanOutSpec spec = store.spec(id).orElse(null);
        FanOutHandler handler = spec == null ? null : localHandlers.getOrDefault(id, handlers.get(spec.handler()));
        if (spec == null) {
            return null;
        }
        if (handler == null || !lanes.keySet().containsAll(handler.lanes())) {
            orphans.see(
                    spec,
                    handler == null
                            ? "no handler is named '" + spec.handler() + "'"
                            : "handler '" + spec.handler() + "' needs lanes " + missing(handler));
            return null;
        }
        Map<LaneKey, Lane> needed = new LinkedHashMap<>();
        handler.lanes().forEach(key -> needed.put(key, lanes.get(key)));
        Audience audience;
        try {
            audience = handler.audience(spec.parameters());
        } catch (RuntimeException e) {
            log.warn("fan-out {}: its handler gave no audience and is asked again: {}", id, Traces.of(e));
            troubles.put(id, "handler: " + e.getClass().getName());
            return null;
        }
        troubles.remove(id);
        ShardContext made =
                new ShardContext(spec, handler, audience, needed, store, settings, time, blocking, stages, burial);
        contexts.put(id, made);
        return made;
    }

    @Override
    public void shardLeft(ShardRun run) {
        runs.remove(run);
        tell(() -> {
            FanOutId id = run.lease().fanOut();
            troubles.remove(id);
            completeIfEnded(id);
            completeIfStopped();
            look();
        });
    }

    @Override
    public void trouble(ShardRun run, @Nullable String reason) {
        FanOutId id = run.lease().fanOut();
        String before = reason == null ? troubles.remove(id) : troubles.put(id, reason);
        if (!Objects.equals(before, reason)) {
            try {
                store.waiting(id, reason);
            } catch (RuntimeException e) {
                log.warn("fan-out {}: what it waits for could not be stored: {}", id, Traces.of(e));
            }
        }
    }

    private void completeIfStopped() {
        if (stopping && runs.isEmpty()) {
            stopped.complete(null);
        }
    }

    private void completeIfEnded(FanOutId id) {
        CompletableFuture<FanOutProgress> completion = completions.get(id);
        if (completion == null) {
            return;
        }
        store.progress(id).filter(progress -> progress.state().isEnd()).ifPresent(progress -> {
            callbacks.execute(() -> completion.complete(progress));
            completions.remove(id);
            meters.remove(id);
        });
    }

    /** One fan-out, as the host holds it. */
    private final class Handle implements FanOut {

        private final FanOutId id;

        Handle(FanOutId id) {
            this.id = id;
        }

        @Override
        public FanOutId id() {
            return id;
        }

        @Override
        public FanOutProgress progress() {
            FanOutProgress counts = store.progress(id).orElseThrow(() -> new FanOutLostException(id));
            if (counts.state().isEnd()) {
                return counts;
            }
            double rate = meters.computeIfAbsent(id, key -> new RateMeter()).read(time.nanoTime(), counts.done());
            return counts.withRate(rate);
        }

        @Override
        public void pause() {
            command(ProgressStore.Command.PAUSE);
        }

        @Override
        public void resume() {
            command(ProgressStore.Command.RESUME);
        }

        @Override
        public void cancel() {
            command(ProgressStore.Command.CANCEL);
        }

        private void command(ProgressStore.Command command) {
            store.command(id, command);
            tell(() -> follow(id));
        }

        @Override
        public CompletableFuture<FanOutProgress> completion() {
            CompletableFuture<FanOutProgress> completion =
                    completions.computeIfAbsent(id, key -> new CompletableFuture<>());
            lost.watch(id);
            tell(() -> completeIfEnded(id));
            keepLooking();
            return completion.copy();
        }

        @Override
        public String toString() {
            return "FanOut[" + id + "]";
        }
    }
}
