package dev.notifykit.redis;

import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps submitted messages in Redis, so that whoever lives works on them: streams for what waits, read by the owner of their partition alone; {@code queue_rules.lua}
 * says what lies where. Every change is one script in the partition's slot, which sees the lease's fence and ends the claims of what has ended.
 *
 * <p>Thread-safe. Calls block for a round trip or two on their callers' threads; those of {@link #submit} ride together on the queue's own
 * ({@code notify-redis-submit-…}), and end within the timeout of the settings. The clock is Redis's.
 */
final class RedisWorkQueue implements WorkQueue {

    private static final Script ATTEND = Script.named("queue_attend");
    private static final Script LEAVE = Script.named("queue_leave");
    private static final Script ACQUIRE = Script.named("queue_acquire");
    private static final Script RENEW = Script.named("queue_renew");
    private static final Script RELEASE = Script.named("queue_release");
    private static final Script ALONE = Script.named("queue_alone");
    private static final Script STATE = Script.named("queue_state");

    private final QueueLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final RedisSettings settings;
    private final QueueFormat format = new QueueFormat();
    private final QueueIntake intake;
    private final QueueEnds ends;
    private final QueueLetters letters;
    private final Map<Integer, OwnedPartition> owned = new ConcurrentHashMap<>();

    RedisWorkQueue(RedisLink redis, RedisSettings settings, Clock clock) {
        this(redis, new Replicas(redis, settings.queue().durability()), redis.isCluster(), settings, clock);
    }

    /** Over whatever runs scripts; only what has to be replicated goes another way. */
    RedisWorkQueue(ScriptRunner redis, Replicas replicas, boolean cluster, RedisSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        keys = new RedisKeys(settings);
        link = new QueueLink(redis);
        boolean acknowledged = settings.queue().durability().replicas() == 0;
        intake = new QueueIntake(
                acknowledged ? calls -> acknowledged(redis.runAll(calls)) : replicas::runAll,
                cluster,
                settings,
                clock,
                format);
        ends = new QueueEnds(link, keys, clock, settings, format);
        letters = new QueueLetters(link, keys, clock, settings, format);
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public int partitions() {
        return settings.partitions();
    }

    @Override
    public List<Submitted> submit(List<Submission> submissions) {
        return intake.submit(submissions);
    }

    @Override
    public int attend(String instance, Duration ttl) {
        ScriptArgs args = new ScriptArgs().add(clock.shift()).add(instance).add(ttl);
        return link.ask(ATTEND, keys.queueInstances(), args).integer(1);
    }

    @Override
    public void leave(String instance) {
        link.ask(LEAVE, keys.queueInstances(), new ScriptArgs().add(instance));
    }

    @Override
    public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(ScriptArgs.nonce())
                .add(ttl)
                .add(instance);
        ScriptAnswer answer = link.ask(ACQUIRE, partition(partition), args);
        if (answer.is("NONE")) {
            return Optional.empty();
        }
        PartitionLease lease = new PartitionLease(partition, answer.text(1));
        owned.compute(partition, (p, before) -> before == null ? new OwnedPartition(lease) : before.next(lease));
        return Optional.of(lease);
    }

    @Override
    public void renew(PartitionLease lease, Duration ttl) {
        OwnedPartition partition = owned(lease);
        ask(
                lease,
                RENEW,
                new ScriptArgs().add(clock.shift()).add(partition.shown()).add(ttl));
    }

    @Override
    public void release(PartitionLease lease) {
        ask(lease, RELEASE, new ScriptArgs().add(owned(lease).shown()));
        owned.computeIfPresent(lease.partition(), (p, known) -> known.lease().equals(lease) ? null : known);
    }

    @Override
    public Fetched fetch(PartitionLease lease, Demand demand) {
        OwnedPartition partition = owned(lease);
        QueueFetch fetch = new QueueFetch(link, keys, clock, format, partition);
        Fetched fetched = fetch.run(demand);
        // Only whoever holds the lease comes here.
        owned.put(lease.partition(), partition);
        letters.takeAway(partition, fetch.unread());
        return fetched;
    }

    @Override
    public void expand(PartitionLease lease, Collection<Expansion> expansions) {
        ends.expand(owned(lease), expansions);
    }

    @Override
    public int settle(PartitionLease lease, Collection<Settlement> settlements) {
        return ends.settle(owned(lease), settlements);
    }

    @Override
    public void alone(PartitionLease lease, Delivery delivery) {
        OwnedPartition partition = owned(lease);
        ScriptAnswer answer =
                ask(lease, ALONE, new ScriptArgs().add(partition.shown()).add(QueueFormat.id(delivery.id())));
        if (answer.size() > 1) {
            partition.stepped(answer.text(1));
        }
    }

    @Override
    public QueueState state() {
        List<byte[]> all =
                IntStream.range(0, partitions()).mapToObj(keys::queue).toList();
        return QueueCounts.sum(link.askAll(STATE, all, new ScriptArgs()));
    }

    @Override
    public int bury(List<DeadLetter> dead) {
        return letters.bury(dead);
    }

    @Override
    public DeadLetters.Page letters(DeadLetters.@Nullable Cursor cursor, int limit) {
        return letters.page(cursor, limit);
    }

    @Override
    public List<DeadLetters.Replayed> replay(List<DeadLetter.Id> ids) {
        return letters.replay(ids);
    }

    @Override
    public int purge(List<DeadLetter.Id> ids) {
        return letters.purge(ids);
    }

    /** Ends submits under way, and its threads; what is kept stays in Redis. Idempotent. */
    @Override
    public void close() {
        intake.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        intake.endOverdue();
    }

    private static List<Replicas.Kept> acknowledged(List<Object> answers) {
        return answers.stream().map(answer -> new Replicas.Kept(answer, 0)).toList();
    }

    private OwnedPartition owned(PartitionLease lease) {
        OwnedPartition known = owned.get(lease.partition());
        return known != null && known.lease().equals(lease) ? known : new OwnedPartition(lease);
    }

    private ScriptAnswer ask(PartitionLease lease, Script script, ScriptArgs args) {
        return link.ask(lease, script, partition(lease.partition()), args);
    }

    private byte[] partition(int number) {
        if (number < 0 || number >= settings.partitions()) {
            throw new IllegalArgumentException(
                    "the queue has partitions 0 to " + (settings.partitions() - 1) + ", asked for " + number);
        }
        return keys.queue(number);
    }
}
