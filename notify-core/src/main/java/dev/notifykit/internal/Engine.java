package dev.notifykit.internal;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.device.Devices;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOuts;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.dedup.Claims;
import dev.notifykit.internal.fanout.FanOutEngine;
import dev.notifykit.internal.fanout.TopicFanOuts;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.Sender;
import dev.notifykit.internal.limit.Caps;
import dev.notifykit.internal.limit.ClientRates;
import dev.notifykit.internal.queue.QueueEngine;
import dev.notifykit.internal.queue.QueueSettings;
import dev.notifykit.internal.work.Completions;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.internal.work.Workers;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.lane.Lanes;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.InMemoryCapStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.message.Message;
import dev.notifykit.message.SendOptions;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushService;
import dev.notifykit.push.TopicName;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.InMemoryWorkQueue;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.store.Stores;
import dev.notifykit.store.StoresState;
import dev.notifykit.store.StoresUnavailableException;
import dev.notifykit.time.TimeSource;
import dev.notifykit.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a client together, and takes them apart in order at its close. */
public final class Engine {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    /** How many of the host's callbacks run at once where it gives no executor of its own. */
    private static final int CALLBACK_THREADS = 4;

    /** As many partitions as a queue usually has, the search for them, and a sink. */
    private static final int QUEUE_THREADS = 10;

    /** After the grace: time for what was given up to reach its futures. With the listeners' it stays below a second. */
    private static final Duration AFTER_GRACE = Duration.ofMillis(500);

    private static final long CLOSE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final EngineConfig config;
    private final TimeSource time;
    private final Workers workers;
    private final Observers observers;
    private final ProgressStore store;
    private final Map<LaneKey, Lane> lanes = new LinkedHashMap<>();
    private final ClientRates rates;
    private final @Nullable CapStore capStore;
    private final @Nullable Caps caps;
    private final DirectRoad direct;
    private final DedupStore dedupStore;
    private final Claims claims;
    private final MessageRoad messages;
    private final FanOutEngine fanOuts;
    private final Desks desks;
    private final HostFutures hostFutures;
    private final WorkQueue workQueue;
    private final QueueEngine queue;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<CloseReport> closed = new CompletableFuture<>();

    /**
     * A client that takes direct sends; fan-outs are worked on after {@link #start}.
     *
     * @param config what it was built with
     */
    public Engine(EngineConfig config) {
        this.config = config;
        TimeSource given = config.time();
        time = given == null ? TimeSource.system() : given;
        // A shard's own steps, its read ahead and its sink may all block at once.
        workers = new Workers(3 * config.fanOut().maxShards() + 1 + QUEUE_THREADS, CALLBACK_THREADS);
        observers = new Observers(config.listeners());
        ProgressStore stored = config.progressStore();
        store = stored == null ? new InMemoryProgressStore(time) : stored;
        Map<LaneKey, DeviceCap> deviceCaps = new HashMap<>();
        config.limits().forEach((key, limits) -> limits.perDevice().ifPresent(cap -> deviceCaps.put(key, cap)));
        CapStore capping = config.shared().capStore();
        capStore = capping == null && !deviceCaps.isEmpty() ? new InMemoryCapStore(time) : capping;
        caps = capStore == null || deviceCaps.isEmpty() ? null : new Caps(capStore, time);
        rates = new ClientRates(config.shared(), time);
        desks = new Desks(config.deviceStore(), config.topicStore(), time);
        SendPipeline road = new SendPipeline(
                new LastLook(time),
                new RetryStage(time, () -> ThreadLocalRandom.current().nextDouble()),
                observers,
                new CapLook(deviceCaps, caps),
                desks.verdicts());
        Map<LaneKey, DirectRoad.Slots> slots = new LinkedHashMap<>();
        IdentityHashMap<PushService, Sender> senders = new IdentityHashMap<>();
        config.services().forEach((key, service) -> {
            LaneLimits limits = config.limits().getOrDefault(key, LaneLimits.defaults());
            Sender sender = senders.computeIfAbsent(
                    service, s -> new Sender(limits.probeInterval(), LaneLimits.MAX_PROBE_INTERVAL));
            Lane lane = new Lane(
                    key,
                    service,
                    sender,
                    limits,
                    rates.of(key, limits, service),
                    road,
                    time,
                    workers.lanes(),
                    config.stageProbe());
            lanes.put(key, lane);
            slots.put(key, new DirectRoad.Slots(lane, limits));
        });
        Executor host = config.callbacks();
        Executor callbacks = host == null ? new Completions(workers.callbacks(), CALLBACK_THREADS) : host;
        hostFutures = new HostFutures(callbacks);
        direct = new DirectRoad(slots, config.retryPolicy(), time, callbacks);
        DedupStore remembering = config.dedupStore();
        dedupStore = remembering == null ? new InMemoryDedupStore(time) : remembering;
        claims = new Claims(dedupStore, config.dedup(), time, observers::dedup, config.stageProbe());
        messages = new MessageRoad(direct, claims, config.dedup(), observers);
        Map<String, FanOutHandler> handlers = new HashMap<>(config.handlers());
        if (!lanes.isEmpty()) {
            FanOutHandler forTopics =
                    TopicFanOuts.handler(desks.topicStore(), desks.store(), lanes.keySet(), config.messageSink());
            handlers.put(forTopics.name(), forTopics);
        }
        fanOuts = new FanOutEngine(
                store,
                handlers,
                lanes,
                time,
                workers.blocking(),
                callbacks,
                config.fanOut(),
                config.stageProbe(),
                config.workQueue());
        WorkQueue keeping = config.workQueue();
        workQueue = keeping == null ? inMemory(time, dedupStore) : keeping;
        queue = new QueueEngine(
                new QueueEngine.Parts(
                        workQueue,
                        desks.store(),
                        this::launch,
                        lanes,
                        config.limits(),
                        config.retryPolicy(),
                        config.dedup(),
                        config.messageSink(),
                        observers::result),
                new QueueSettings(config.fanOut().instance(), config.fanOut().lease()),
                time,
                workers.blocking(),
                config.stageProbe());
        rates.begin();
    }

    private CompletableFuture<SendResult> launch(Message message, TopicName topic) {
        return CompletableFuture.supplyAsync(
                () -> TopicFanOuts.launch(fanOuts, message, topic, config.retryPolicy()), workers.blocking());
    }

    /** Where the dedup store is in this JVM, what is sent and what is submitted are not said twice. */
    private static WorkQueue inMemory(TimeSource time, DedupStore dedupStore) {
        return dedupStore instanceof InMemoryDedupStore remembering
                ? new InMemoryWorkQueue(time, remembering)
                : InMemoryWorkQueue.builder(time).build();
    }

    /**
     * Sends one request.
     *
     * @param request what to send
     * @param options how it is treated
     * @return its result
     */
    public CompletableFuture<SendResult> send(PushRequest request, SendOptions options) {
        return direct.send(request, options);
    }

    /**
     * Sends one message.
     *
     * @param message what to send
     * @param options how it is treated
     * @return its result
     */
    public CompletableFuture<MessageResult> send(Message message, SendOptions options) {
        return messages.send(message, options);
    }

    /**
     * Hands messages in.
     *
     * @param submitted the messages
     * @return what became of each
     */
    public List<SubmitReceipt> submit(List<Message> submitted) {
        return queue.submit(submitted);
    }

    /**
     * Dead letters.
     *
     * @return the facet
     */
    public DeadLetters deadLetters() {
        return queue.letters();
    }

    /**
     * How much is in the queue.
     *
     * @return a reading of the store
     */
    public QueueState queueState() {
        return queue.state();
    }

    /**
     * Begins to work on fan-outs and on the queue. Stores that are away are waited for.
     *
     * @throws dev.notifykit.store.StoresUnfitException when they must not be used, and nothing was begun
     */
    public void start() {
        Stores stores = config.stores();
        if (stores != null) {
            try {
                stores.check();
            } catch (StoresUnavailableException e) {
                log.warn("started without its stores, the work begins when they are there: {}", e.getMessage());
            }
        }
        fanOuts.start();
        if (!lanes.isEmpty()) { // who has none steers, and could send nothing of it
            queue.start();
        }
    }

    /**
     * Launches and finds fan-outs.
     *
     * @return the facet
     */
    public FanOuts fanOuts() {
        return fanOuts;
    }

    /**
     * Registers and finds devices.
     *
     * @return the facet
     */
    public Devices devices() {
        return desks.devices(hostFutures);
    }

    /**
     * Subscribes to topics.
     *
     * @return the facet
     */
    public Topics topics() {
        return desks.topics(hostFutures);
    }

    /**
     * Shows and steers lanes.
     *
     * @return the facet
     */
    public Lanes lanes() {
        return new LaneBoard(lanes);
    }

    /**
     * Whether the client can do its work.
     *
     * @return a reading
     */
    public Health health() {
        if (closing.get()) {
            return new Health(Health.Status.DOWN, List.of("the client is closed"), List.of());
        }
        Stores stores = config.stores();
        StoresState stored = stores == null ? StoresState.GOOD : stores.state();
        List<String> down = new ArrayList<>(stored.faults());
        down.addAll(fanOuts.losses());
        List<String> reasons = new ArrayList<>(down);
        reasons.addAll(fanOuts.troubles());
        reasons.addAll(claims.troubles());
        reasons.addAll(queue.troubles());
        reasons.addAll(rates.troubles());
        if (caps != null) {
            reasons.addAll(caps.troubles());
        }
        for (Lane lane : lanes.values()) {
            LaneState state = lane.state();
            lane.state().paused().ifPresent(why -> reasons.add("lane " + state.key() + " is paused: " + why));
            if (state.breaker() != LaneState.Breaker.CLOSED) {
                reasons.add("lane " + state.key() + ": the breaker is " + state.breaker());
            }
        }
        Health.Status waiting = reasons.isEmpty() ? Health.Status.UP : Health.Status.DEGRADED;
        return new Health(down.isEmpty() ? waiting : Health.Status.DOWN, reasons, stored.warnings());
    }

    /**
     * Ends everything in order.
     *
     * @param grace how long what is under way may take
     * @return what was left; the same for every caller
     */
    public CloseReport close(Duration grace) {
        if (closing.compareAndSet(false, true)) {
            closed.complete(closeNow(grace));
        }
        return closed.join();
    }

    private CloseReport closeNow(Duration grace) {
        direct.close();
        queue.closeDoor();
        CompletableFuture<Void> stopped = CompletableFuture.allOf(fanOuts.stop(), queue.stop());
        BooleanSupplier idle = () -> direct.idle() && stopped.isDone();
        boolean inTime = await(idle, grace);
        // In any case: what the guards still hold of dead tokens must reach the listeners before their thread ends.
        claims.abandon(new SendResult.NotSent(SendResult.NotSent.Why.SHUTDOWN));
        CompletableFuture<?> abandoned = CompletableFuture.allOf(
                lanes.values().stream().map(Lane::abandon).toArray(CompletableFuture[]::new));
        if (!await(
                () -> abandoned.isDone() && desks.verdicts().idle() && (inTime || idle.getAsBoolean()), AFTER_GRACE)) {
            log.warn("closing: callbacks, sinks or stores of the host did not return in time");
        }
        List<FanOutId> unfinished = unfinished();
        long queued = queued();
        fanOuts.close();
        observers.close();
        rates.close();
        if (config.owned()) {
            closeOwned();
        }
        workers.close();
        if (config.time() == null) {
            time.close();
        }
        return new CloseReport(direct.notSent(), direct.unknown(), unfinished, queued);
    }

    private long queued() {
        try {
            return workQueue.state().pending();
        } catch (RuntimeException e) {
            log.warn("closing: the queue could not be asked what is left: {}", Traces.of(e));
            return -1;
        }
    }

    private List<FanOutId> unfinished() {
        try {
            return store.active();
        } catch (RuntimeException e) {
            log.warn("closing: the progress store could not be asked what is unfinished: {}", Traces.of(e));
            return List.of();
        }
    }

    private void closeOwned() {
        IdentityHashMap<PushService, Boolean> services = new IdentityHashMap<>();
        lanes.values().forEach(lane -> services.put(lane.service(), true));
        List<AutoCloseable> owned = new ArrayList<>(services.keySet());
        owned.add(store);
        owned.add(workQueue);
        owned.add(dedupStore);
        owned.addAll(desks.stores());
        RateStore rateStore = config.shared().rateStore();
        if (rateStore != null) {
            owned.add(rateStore);
        }
        if (capStore != null) {
            owned.add(capStore);
        }
        if (config.stores() != null) {
            owned.add(config.stores());
        }
        for (AutoCloseable each : owned) {
            try {
                each.close();
            } catch (Exception e) {
                log.warn("closing: {} failed: {}", each.getClass().getSimpleName(), Traces.of(e));
            }
        }
    }

    /** Waits in real time, whatever the client's clock says: a grace is given by somebody who waits. */
    private static boolean await(BooleanSupplier condition, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(CLOSE_POLL_NANOS);
        }
        return true;
    }
}
