package dev.notifykit;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.internal.Engine;
import dev.notifykit.internal.EngineConfig;
import dev.notifykit.internal.fanout.FanOutSettings;
import dev.notifykit.internal.limit.LimitConfig;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.SenderRate;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.InMemoryCapStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushService;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.MessageSink;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.store.Stores;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PushClient}. Not thread-safe. */
public final class PushClientBuilder {

    /** Rows per page: some hundred kilobytes, and a query that a database answers in milliseconds. */
    public static final int DEFAULT_PAGE_SIZE = 1_000;

    /** One page is sent while the next is read. */
    public static final int DEFAULT_OPEN_PAGES = 2;

    /** Shards worked on at once; each may hold some threads and pages. */
    public static final int DEFAULT_MAX_SHARDS = 4;

    /** How long a crashed instance's shard stays with it. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    /** Rows parked per shard before reading stops: some tens of megabytes. */
    public static final int DEFAULT_PARKED_LIMIT = 50_000;

    /** Until the rate store says how many instances share a rate: of ten that start without it all together keep to the rate. */
    public static final int DEFAULT_FLEET_SIZE = 10;

    private final List<ClientChecks.Registration> services = new ArrayList<>();
    private final Map<ProviderId, LaneLimits> limitsByProvider = new LinkedHashMap<>();
    private final Map<LaneKey, LaneLimits> limitsByLane = new LinkedHashMap<>();
    private final IdentityHashMap<PushService, SenderRate> senderRates = new IdentityHashMap<>();
    private final List<FanOutHandler> handlers = new ArrayList<>();
    private final List<PushListener> listeners = new ArrayList<>();
    private LaneLimits limits = LaneLimits.defaults();
    private RetryPolicy retryPolicy = RetryPolicy.defaults();
    private @Nullable Stores stores;
    private @Nullable ProgressStore progressStore;
    private @Nullable DedupStore dedupStore;
    private @Nullable DeviceStore deviceStore;
    private @Nullable TopicStore topicStore;
    private @Nullable WorkQueue workQueue;
    private @Nullable MessageSink messageSink;
    private @Nullable RateStore rateStore;
    private @Nullable CapStore capStore;
    private int fleetSize = DEFAULT_FLEET_SIZE;
    private DedupSettings dedup = DedupSettings.defaults();
    private @Nullable TimeSource timeSource;
    private @Nullable Executor callbackExecutor;
    private boolean owned = true;
    private String instance = "notify";
    private int pageSize = DEFAULT_PAGE_SIZE;
    private int openPages = DEFAULT_OPEN_PAGES;
    private int maxShards = DEFAULT_MAX_SHARDS;
    private int parkedLimit = DEFAULT_PARKED_LIMIT;
    private Duration lease = DEFAULT_LEASE;
    private StageProbe stageProbe = StageProbe.NONE;

    PushClientBuilder() {}

    /**
     * Registers an app with its providers: one lane for each. At least one is needed, unless a store is shared and others do the sending. A service that is given to several apps is one sender: what the vendor
     * holds against it stops all its lanes.
     *
     * @param app the application id
     * @param providers one per provider and environment
     * @return this
     */
    public PushClientBuilder app(String app, PushService... providers) {
        for (PushService service : providers) {
            services.add(new ClientChecks.Registration(app, service));
        }
        return this;
    }

    /**
     * The bounds of every lane that has none of its own.
     *
     * @param value the limits
     * @return this
     */
    public PushClientBuilder limits(LaneLimits value) {
        limits = value;
        return this;
    }

    /**
     * The bounds of a provider's lanes.
     *
     * @param provider whose lanes
     * @param value the limits
     * @return this
     */
    public PushClientBuilder limits(ProviderId provider, LaneLimits value) {
        limitsByProvider.put(provider, value);
        return this;
    }

    /**
     * The bounds of one lane.
     *
     * @param lane which
     * @param value the limits
     * @return this
     */
    public PushClientBuilder limits(LaneKey lane, LaneLimits value) {
        limitsByLane.put(lane, value);
        return this;
    }

    /**
     * How many attempts of all lanes of a sender begin per second, together; no limit when not set. Each lane's own limits hold besides.
     *
     * @param sender as it was given to {@link #app}
     * @param value the rate, of this client or, with {@link SenderRate#ofFleet}, of all instances
     * @return this
     */
    public PushClientBuilder senderRate(PushService sender, SenderRate value) {
        senderRates.put(sender, value);
        return this;
    }

    /**
     * When a direct send or a submitted message is tried again; {@link RetryPolicy#defaults()} when not set. Fan-outs carry their own.
     *
     * @param value the policy
     * @return this
     */
    public PushClientBuilder retryPolicy(RetryPolicy value) {
        retryPolicy = value;
        return this;
    }

    /**
     * Registers a fan-out handler under its name. Its lanes must be registered too; with a store that others share they may be missing: then
     * this client launches its fan-outs, and others work on them.
     *
     * @param value the handler
     * @return this
     */
    public PushClientBuilder handler(FanOutHandler value) {
        handlers.add(value);
        return this;
    }

    /**
     * Adds somebody who watches.
     *
     * @param value the listener
     * @return this
     */
    public PushClientBuilder listener(PushListener value) {
        listeners.add(value);
        return this;
    }

    /**
     * Where everything is kept that instances share, in one line; in this JVM when not set. A store that is set by itself is used
     * instead of the one here. They are looked at by {@link PushClient#start} and before they are used, not by {@link #build}: a client can be built while
     * its stores are away.
     *
     * @param value the stores
     * @return this
     */
    public PushClientBuilder stores(Stores value) {
        stores = value;
        return this;
    }

    /**
     * Where fan-outs and their progress are kept; in {@link #stores} when not set.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder progressStore(ProgressStore value) {
        progressStore = value;
        return this;
    }

    /**
     * Where dedup keys are kept; in {@link #stores} when not set, else in this JVM, at most {@link InMemoryDedupStore#DEFAULT_MAX_KEYS} of them.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder dedupStore(DedupStore value) {
        dedupStore = value;
        return this;
    }

    /**
     * Who has which devices; in {@link #stores} when not set, else in this JVM, at most {@link InMemoryDeviceStore#DEFAULT_MAX_DEVICES} of them. Tokens
     * that providers call dead are removed from it, once their sender is above suspicion.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder deviceStore(DeviceStore value) {
        deviceStore = value;
        return this;
    }

    /**
     * Who is in which topics; in {@link #stores} when not set, else in this JVM, at most
     * {@link InMemoryTopicStore#DEFAULT_MAX_SUBSCRIPTIONS} topics and subscriptions.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder topicStore(TopicStore value) {
        topicStore = value;
        return this;
    }

    /**
     * Where submitted messages are kept; in {@link #stores} when not set, else in this JVM. It must see the same dedup keys as the dedup store does, if
     * what is sent and what is submitted may be the same.
     *
     * @param value the queue
     * @return this
     */
    public PushClientBuilder workQueue(WorkQueue value) {
        workQueue = value;
        return this;
    }

    /**
     * Where rates are kept that all instances share; in {@link #stores} when not set. It is needed for {@link LaneLimits.Builder#fleetRatePerSecond} and for
     * {@link SenderRate#ofFleet}, and used for nothing else.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder rateStore(RateStore value) {
        rateStore = value;
        return this;
    }

    /**
     * Takes the results of submitted messages, each at least once; nobody when not set. It is called on the instance that works on a message, so every
     * instance that is {@linkplain PushClient#start started} has one, or none has.
     *
     * @param value the sink
     * @return this
     */
    public PushClientBuilder messageSink(MessageSink value) {
        messageSink = value;
        return this;
    }

    /**
     * Where it is kept what devices got, for {@link LaneLimits.Builder#perDevice}; in {@link #stores} when not set, else in this JVM, at most
     * {@link InMemoryCapStore#DEFAULT_MAX_DEVICES} devices.
     *
     * @param value the store
     * @return this
     */
    public PushClientBuilder capStore(CapStore value) {
        capStore = value;
        return this;
    }

    /**
     * How many instances to reckon with as long as the rate store has never answered: until then this one keeps to that part of the rates of the fleet;
     * {@value #DEFAULT_FLEET_SIZE} when not set. Afterwards the store knows.
     *
     * @param value at least 1
     * @return this
     */
    public PushClientBuilder fleetSize(int value) {
        fleetSize = value;
        return this;
    }

    /**
     * How dedup keys are used; {@link DedupSettings#defaults()} when not set.
     *
     * @param value the settings; its time to live must be longer than the retry policy's total deadline
     * @return this
     */
    public PushClientBuilder dedup(DedupSettings value) {
        dedup = value;
        return this;
    }

    /**
     * The clock; the machine's when not set. One that is given is closed by whoever made it.
     *
     * @param value the clock
     * @return this
     */
    public PushClientBuilder timeSource(TimeSource value) {
        timeSource = value;
        return this;
    }

    /**
     * Where futures complete, and with them what the host hangs on them; four threads of our own when not set. Must not drop tasks.
     *
     * @param value the host's executor, which the host closes
     * @return this
     */
    public PushClientBuilder callbackExecutor(Executor value) {
        callbackExecutor = value;
        return this;
    }

    /**
     * Whether services and stores are closed with the client; true when not set.
     *
     * @param value false when others use them as well
     * @return this
     */
    public PushClientBuilder owned(boolean value) {
        owned = value;
        return this;
    }

    /**
     * This instance's name, for people who read leases. A random part is added, so equal names are harmless.
     *
     * @param value a short name
     * @return this
     */
    public PushClientBuilder instance(String value) {
        instance = value;
        return this;
    }

    /**
     * Rows per page of an audience; {@value #DEFAULT_PAGE_SIZE} when not set.
     *
     * @param value from 1 to 100,000
     * @return this
     */
    public PushClientBuilder pageSize(int value) {
        pageSize = value;
        return this;
    }

    /**
     * Pages that are open at once per shard, not counting those of which less than a tenth is left; {@value #DEFAULT_OPEN_PAGES}
     * when not set. At the limit reading waits.
     *
     * @param value at least 1
     * @return this
     */
    public PushClientBuilder openPages(int value) {
        openPages = value;
        return this;
    }

    /**
     * Shards worked on at once; {@value #DEFAULT_MAX_SHARDS} when not set. At the limit shards wait, or go to other instances.
     *
     * @param value at least 1
     * @return this
     */
    public PushClientBuilder maxShards(int value) {
        maxShards = value;
        return this;
    }

    /**
     * Rows parked per shard; {@value #DEFAULT_PARKED_LIMIT} when not set. At the limit reading stops, and health says so.
     *
     * @param value at least 1
     * @return this
     */
    public PushClientBuilder parkedLimit(int value) {
        parkedLimit = value;
        return this;
    }

    /**
     * How long a shard, or a partition of the queue, is held without renewal, which is how long a crashed instance's work waits; 30 s when not set.
     *
     * @param value at least 1 s
     * @return this
     */
    public PushClientBuilder lease(Duration value) {
        lease = value;
        return this;
    }

    /**
     * <b>For tests only:</b> is asked at every stage, and may stop the work there. {@link StageProbe#NONE} when not set.
     *
     * @param value the probe
     * @return this
     */
    public PushClientBuilder stageProbe(StageProbe value) {
        stageProbe = value;
        return this;
    }

    /**
     * Builds the client. It takes direct sends at once; fan-outs after {@link PushClient#start}.
     *
     * @return the client
     * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
     */
    public PushClient build() {
        boolean shared = isShared();
        ClientChecks checks = new ClientChecks();
        Map<LaneKey, PushService> lanes = checks.lanes(services, shared);
        Map<String, FanOutHandler> byName = checks.handlers(handlers, lanes, shared);
        checks.limited(limitsByLane.keySet(), lanes);
        Map<LaneKey, LaneLimits> limitsOf = new LinkedHashMap<>();
        lanes.keySet().forEach(key -> limitsOf.put(key, limitsOf(key)));
        RateStore rates = orShared(rateStore, Stores::rateStore);
        checks.rates(lanes, limitsOf.values(), senderRates, fleetSize, rates);
        FanOutSettings fanOut = new FanOutSettings(
                instance + "-" + UUID.randomUUID(), pageSize, openPages, maxShards, lease, parkedLimit);
        checks.fanOuts(fanOut);
        checks.dedup(dedup, retryPolicy);
        checks.end();
        return new PushClient(new Engine(new EngineConfig(
                lanes,
                limitsOf,
                new LimitConfig(
                        rates, orShared(capStore, Stores::capStore), new IdentityHashMap<>(senderRates), fleetSize),
                retryPolicy,
                byName,
                List.copyOf(listeners),
                stores,
                orShared(progressStore, Stores::progressStore),
                orShared(dedupStore, Stores::dedupStore),
                orShared(deviceStore, Stores::deviceStore),
                orShared(topicStore, Stores::topicStore),
                orShared(workQueue, Stores::workQueue),
                messageSink,
                dedup,
                timeSource,
                callbackExecutor,
                owned,
                fanOut,
                stageProbe)));
    }

    private LaneLimits limitsOf(LaneKey key) {
        LaneLimits own = limitsByLane.get(key);
        return own != null ? own : limitsByProvider.getOrDefault(key.provider(), limits);
    }

    private <T> @Nullable T orShared(@Nullable T own, Function<Stores, @Nullable T> ofStores) {
        return own != null || stores == null ? own : ofStores.apply(stores);
    }

    /** Then this client may be one that only launches fan-outs, and others work on them. */
    private boolean isShared() {
        ProgressStore store = orShared(progressStore, Stores::progressStore);
        return store != null && store.shared();
    }
}
