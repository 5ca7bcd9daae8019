package dev.notifykit.redis;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.store.Stores;
import dev.notifykit.store.StoresState;
import dev.notifykit.topic.TopicLimits;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/**
 * The stores of one Redis, single, Sentinel or Cluster, 6.2 or newer: whoever shares it with the same {@link RedisSettings} is one fleet.
 *
 * <pre>{@code
 * RedisStores stores = RedisStores.connect(RedisConfig.single("redis.example", 6379).password(…).build());
 * RedisStores stores = RedisStores.of(jedis); // the host's own client
 * PushClient client = PushClient.builder().app(…).stores(stores).build();
 * }</pre>
 *
 * <p>Thread-safe. Its threads are daemons called {@code notify-redis-…}. Each store is made once, and closed with this; closing a store alone is
 * allowed. Nothing is asked of Redis before a store is used; then it is
 * looked at first, once, and a Redis that must not be used is refused by every call until it is put right. {@link #check()} does that in advance.
 */
public final class RedisStores implements Stores {

    /** How late a call may end that nobody answers, as a part of the timeout. */
    private static final int WATCHES_PER_TIMEOUT = 20;

    private final @Nullable UnifiedJedis owned;
    private final RedisLink open;
    private final Gate gate;
    private final RedisDedupStore dedup;
    private final RedisProgressStore progress;
    private final RedisDeviceStore devices;
    private final RedisTopicStore topics;
    private final RedisRateStore rates;
    private final RedisCapStore caps;
    private final RedisWorkQueue queue;
    private final ScheduledThreadPoolExecutor timer;

    private RedisStores(
            UnifiedJedis client,
            boolean owned,
            Set<HostAndPort> plain,
            RedisSettings settings,
            Clock clock,
            Duration fresh) {
        this.owned = owned ? client : null;
        open = new RedisLink(client);
        RedisNodes nodes = new RedisNodes(client);
        gate = new Gate(
                join -> new Inspection(open, nodes.kind(), () -> nodes.ask(NodeInfo::of), settings, clock, plain)
                        .look(join),
                settings.timeout(),
                fresh);
        RedisLink link = open.behind(gate::pass);
        dedup = new RedisDedupStore(link, settings, clock);
        progress = new RedisProgressStore(link, settings, clock);
        topics = new RedisTopicStore(link::runAll, settings, clock, TopicLimits.DEFAULT_TOPICS_PER_USER);
        rates = new RedisRateStore(link, settings, clock);
        caps = new RedisCapStore(link, settings, clock);
        devices = new RedisDeviceStore(
                link::runAll,
                new KeyScan(link, nodes),
                settings,
                clock,
                settings.devicesPerUser(),
                settings.deadTokenTtl());
        queue = new RedisWorkQueue(link, settings, clock);
        timer = new ScheduledThreadPoolExecutor(1, Threads.named("notify-redis-timer"));
        timer.setRemoveOnCancelPolicy(true);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), dedup::endOverdue);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), devices::endOverdue);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), topics::endOverdue);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), rates::endOverdue);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), caps::endOverdue);
        every(settings.timeout().dividedBy(WATCHES_PER_TIMEOUT), queue::endOverdue);
    }

    /**
     * The stores over connections of their own, with finite timeouts; {@link #close()} closes them.
     *
     * @param config where Redis is
     * @return the stores; a single Redis need not be there yet, Sentinel and Cluster are asked at once
     * @throws redis.clients.jedis.exceptions.JedisException when no sentinel or no node of a cluster can be reached
     */
    public static RedisStores connect(RedisConfig config) {
        UnifiedJedis client = config.newClient();
        try {
            return new RedisStores(client, true, config.plain(), config.settings(), new Clock(), Gate.FRESH);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /**
     * The stores over a host's client, with {@link RedisSettings#defaults()}.
     *
     * @param client see {@link #of(UnifiedJedis, RedisSettings)}
     * @return the stores
     */
    public static RedisStores of(UnifiedJedis client) {
        return of(client, RedisSettings.defaults());
    }

    /**
     * The stores over a host's client. It stays the host's: it is not closed, and no blocking command is run on it. The dedup
     * store uses up to two of its connections at a time (in a cluster eight), the cap store as many (in a cluster as well), device store and rate store another each (in a cluster one for each node); give it a socket timeout: without one a network that is cut holds
     * them for ever, although no call waits longer than the settings say.
     *
     * @param client a {@code RedisClient}, {@code RedisSentinelClient} or {@code RedisClusterClient}, without a key preprocessor
     * @param settings prefix, partitions, timeout
     * @return the stores
     * @throws IllegalArgumentException when the client is of another kind
     */
    public static RedisStores of(UnifiedJedis client, RedisSettings settings) {
        return of(client, settings, new Clock());
    }

    /** With a clock that tests may shift. */
    static RedisStores of(UnifiedJedis client, RedisSettings settings, Clock clock) {
        return of(client, settings, clock, Gate.FRESH);
    }

    /** Whose health tests may ask for at a higher rate. */
    static RedisStores of(UnifiedJedis client, RedisSettings settings, Clock clock, Duration fresh) {
        Objects.requireNonNull(client, "client");
        return new RedisStores(client, false, Set.of(), settings, clock, fresh);
    }

    /**
     * What was said, for all instances.
     *
     * @return always the same store
     */
    @Override
    public DedupStore dedupStore() {
        return dedup;
    }

    /**
     * Fan-outs that all instances work on. Its calls run on their callers' threads, each with one of the client's connections, and end when the
     * client's timeouts say so; they fail with {@link ProgressUnavailableException}, after which they may be repeated, or with
     * {@link ProgressCorruptException}.
     *
     * @return always the same store
     */
    @Override
    public ProgressStore progressStore() {
        return progress;
    }

    /**
     * The devices of all users, for all instances; how many for each, and how long dead tokens are remembered, is in the settings.
     *
     * @return always the same store
     */
    @Override
    public DeviceStore deviceStore() {
        return devices;
    }

    /**
     * Topics and who is in them, for all instances; {@value TopicLimits#DEFAULT_TOPICS_PER_USER} subscriptions for each user at most.
     *
     * @return always the same store
     */
    @Override
    public TopicStore topicStore() {
        return topics;
    }

    /**
     * Rates that all instances share.
     *
     * @return always the same store
     */
    @Override
    public RateStore rateStore() {
        return rates;
    }

    /**
     * What devices got lately, of all instances.
     *
     * @return always the same store
     */
    @Override
    public CapStore capStore() {
        return caps;
    }

    /**
     * {@inheritDoc} Refused is a Redis that is too old, that may evict keys ({@link RedisSettings.Builder#allowEviction}), that is a replica, or a node of a cluster
     * for a client of a single one, a cluster without all its slots, a user who may not run the scripts, and a prefix whose fleet has another number of
     * partitions or another version of what is stored. If there was no fleet, or its data is gone, it begins with this call.
     */
    @Override
    public void check() {
        gate.check();
    }

    /**
     * {@inheritDoc} Redis is asked at most every three seconds. When it has lost what this fleet had in it, that stays a fault until it is back, or somebody
     * calls {@link #check()}, as the start of a client does.
     */
    @Override
    public StoresState state() {
        return gate.state();
    }

    /**
     * Submitted messages, on which all instances work. Its calls run on their callers' threads, each with one of the client's connections, but for those that hand
     * messages in, which ride together on up to two (in a cluster eight). They fail with {@link dev.notifykit.queue.QueueUnavailableException}, after
     * which they may be repeated.
     *
     * @return always the same queue
     */
    @Override
    public WorkQueue workQueue() {
        return queue;
    }

    /** Closes the stores; their calls under way end, exceptionally. A host's client stays open. Idempotent. */
    @Override
    public void close() {
        timer.shutdownNow();
        gate.close();
        dedup.close();
        devices.close();
        topics.close();
        rates.close();
        caps.close();
        queue.close();
        open.close();
        if (owned != null) {
            owned.close();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
    private void every(Duration period, Runnable watch) {
        timer.scheduleWithFixedDelay(watch, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }
}
