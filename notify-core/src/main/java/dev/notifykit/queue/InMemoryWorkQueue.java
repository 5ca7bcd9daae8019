package dev.notifykit.queue;

import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.dedup.MessageClaims;
import dev.notifykit.push.Problems;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps submitted messages in the memory of this JVM, and loses them with it: the default, for one instance and for tests. Thread-safe; one
 * lock, held for a few microseconds for each message or delivery of a call. Nothing is packed: what is handed in is kept as it is.
 *
 * <p>It is bounded: a message beyond the {@linkplain Builder#maxBacklog backlog's limits} is {@link Submitted.Full}, as is one whose key the
 * dedup store has no room for; a letter beyond {@link Builder#maxLetters} is refused, and its delivery stays started. Of messages that ended the dedup
 * store alone remembers something.
 *
 * <p>The clock and the dedup store are the ones given; they belong to whoever gave them.
 */
public final class InMemoryWorkQueue implements WorkQueue {

    /** How many messages and deliveries wait at most: two minutes of what one instance sends at 1,000 a second. */
    public static final int DEFAULT_MAX_BACKLOG = 100_000;

    /** How much memory they take, about: what that many take when each says 1 kB, and a bulk of large ones does not. */
    public static final long DEFAULT_MAX_BYTES = 200L << 20;

    /** How many letters it holds at most: what people can look at; beyond it something is wrong that no letter cures. */
    public static final int DEFAULT_MAX_LETTERS = 10_000;

    /** Beyond any deployment's life, and far from an overflow. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final TimeSource time;
    private final long origin;
    private final MessageClaims claims;
    private final Object lock = new Object();
    private final MemoryBacklog backlog;
    private final MemoryLetters letters;
    private final List<MemoryPartition> partitions;
    private final List<MemoryLease> leases;
    private final Map<String, Long> attending = new HashMap<>();

    private InMemoryWorkQueue(Builder b) {
        time = b.time;
        origin = time.nanoTime();
        claims = (b.dedupStore == null ? new InMemoryDedupStore(time) : b.dedupStore).messageClaims();
        backlog = new MemoryBacklog(b.maxBacklog, b.maxBytes);
        letters = new MemoryLetters(b.maxLetters);
        partitions = IntStream.range(0, b.partitions)
                .mapToObj(i -> new MemoryPartition(backlog, letters))
                .toList();
        String nonce = UUID.randomUUID().toString();
        leases = IntStream.range(0, b.partitions)
                .mapToObj(i -> new MemoryLease(i, nonce))
                .toList();
    }

    /**
     * An empty queue with the default limits.
     *
     * @param time by which leases end and entries fall due
     * @param dedupStore whose keys it shares
     */
    public InMemoryWorkQueue(TimeSource time, InMemoryDedupStore dedupStore) {
        this(builder(time).dedupStore(dedupStore));
    }

    /**
     * Starts a queue with the default limits, one partition and a dedup store of its own.
     *
     * @param time by which leases end and entries fall due
     * @return a new builder
     */
    public static Builder builder(TimeSource time) {
        return new Builder(time);
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public List<Submitted> submit(List<Submission> submissions) {
        return step(() -> submissions.stream().map(this::submit).toList());
    }

    private Submitted submit(Submission submission) {
        MemoryPartition partition = partitionOf(submission.key().id());
        MemoryMessage known = partition.find(submission.message().id());
        if (known != null) {
            return queued(known.correction(), Math.max(0, waiting() - 1));
        }
        long ahead = waiting();
        boolean room = backlog.hasRoom(Math.max(1, submission.deliveries().size()), footprint(submission));
        MessageClaims.Answer answer =
                claims.claim(submission.key(), submission.message().id(), room);
        return switch (answer.verdict()) {
            case NEW, CORRECTION -> {
                boolean correction = answer.verdict() == MessageClaims.Verdict.CORRECTION;
                MemoryMessage message = new MemoryMessage(claims, submission, correction, answer.ended());
                partition.add(message, submission, now());
                yield queued(correction, ahead);
            }
            case SAID_AS_NEW -> queued(false, ahead);
            case SAID_AS_CORRECTION -> queued(true, ahead);
            case DUPLICATE -> new Submitted.Duplicate();
            case STALE -> new Submitted.Stale();
            case NO_ROOM -> new Submitted.Full();
        };
    }

    private Submitted queued(boolean correction, long ahead) {
        return new Submitted.Queued(correction, ahead, partitions.size() > 1);
    }

    private static long footprint(Submission submission) {
        return submission.deliveries().isEmpty()
                ? Footprint.of(submission.message())
                : submission.deliveries().stream()
                        .mapToLong(delivery -> Footprint.of(delivery.request()))
                        .sum();
    }

    private long waiting() {
        return partitions.stream().mapToLong(MemoryPartition::waiting).sum();
    }

    @Override
    public int attend(String instance, Duration ttl) {
        return step(() -> {
            long now = now();
            attending.values().removeIf(until -> until <= now);
            attending.put(instance, now + nanos(ttl));
            return attending.size();
        });
    }

    @Override
    public void leave(String instance) {
        run(() -> attending.remove(instance));
    }

    @Override
    public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
        return step(() -> {
            Optional<PartitionLease> lease = leases.get(partition).acquire(instance, now(), nanos(ttl));
            if (lease.isPresent()) {
                partitions.get(partition).inherit();
            }
            return lease;
        });
    }

    @Override
    public void renew(PartitionLease lease, Duration ttl) {
        run(() -> {
            require(lease);
            leases.get(lease.partition()).renew(now() + nanos(ttl));
        });
    }

    @Override
    public void release(PartitionLease lease) {
        run(() -> leases.get(lease.partition()).release(lease));
    }

    @Override
    public Fetched fetch(PartitionLease lease, Demand demand) {
        return step(() -> require(lease).fetch(demand, now()));
    }

    @Override
    public void expand(PartitionLease lease, Collection<Expansion> expansions) {
        run(() -> require(lease).expand(expansions, now()));
    }

    @Override
    public int settle(PartitionLease lease, Collection<Settlement> settlements) {
        return step(() -> require(lease).settle(settlements, now()));
    }

    @Override
    public void alone(PartitionLease lease, Delivery delivery) {
        run(() -> require(lease).alone(delivery));
    }

    @Override
    public QueueState state() {
        return step(() -> {
            long intake = 0;
            long made = 0;
            long queued = 0;
            long parked = 0;
            long started = 0;
            long possibleDuplicates = 0;
            Map<Kind, Long> results = new EnumMap<>(Kind.class);
            Map<Kind, Long> ended = new EnumMap<>(Kind.class);
            for (MemoryPartition partition : partitions) {
                intake += partition.intake();
                made += partition.made();
                queued += partition.queued();
                parked += partition.parked();
                started += partition.started();
                possibleDuplicates += partition.possibleDuplicates();
                partition.results().forEach((kind, count) -> results.merge(kind, count, Long::sum));
                partition.ended().forEach((kind, count) -> ended.merge(kind, count, Long::sum));
            }
            return new QueueState(
                    intake,
                    made,
                    queued,
                    parked,
                    started,
                    letters.size(),
                    letters.buried(),
                    results,
                    ended,
                    possibleDuplicates,
                    backlog.bytes());
        });
    }

    @Override
    public int bury(List<DeadLetter> buried) {
        return step(() -> letters.bury(buried, this::partitionOf));
    }

    private MemoryPartition partitionOf(DeadLetter letter) {
        Delivery delivery = letter.delivery();
        return delivery == null
                ? partitions.get(0)
                : partitionOf(delivery.message().value());
    }

    @Override
    public DeadLetters.Page letters(DeadLetters.@Nullable Cursor cursor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 letter, not " + limit);
        }
        return step(() -> letters.page(cursor, limit));
    }

    @Override
    public List<DeadLetters.Replayed> replay(List<DeadLetter.Id> ids) {
        return step(() -> ids.stream().map(letters::replay).toList());
    }

    @Override
    public int purge(List<DeadLetter.Id> ids) {
        return step(() -> {
            int purged = 0;
            for (DeadLetter.Id id : ids) {
                purged += letters.purge(id) ? 1 : 0;
            }
            return purged;
        });
    }

    /** Does nothing: what is kept can still be asked for, for instance how much it is. */
    @Override
    public void close() {
        // Nothing was opened.
    }

    @Override
    public String toString() {
        QueueState state = state();
        return "InMemoryWorkQueue[" + state.pending() + " pending, " + state.deadLetters() + " dead letters]";
    }

    private MemoryPartition require(PartitionLease lease) {
        leases.get(lease.partition()).require(lease);
        return partitions.get(lease.partition());
    }

    private MemoryPartition partitionOf(String id) {
        return partitions.get(Math.floorMod(id.hashCode(), partitions.size()));
    }

    private void run(Runnable step) {
        step(() -> {
            step.run();
            return this;
        });
    }

    private <T> T step(Supplier<T> step) {
        synchronized (lock) {
            try {
                return step.get();
            } catch (DedupUnavailableException closed) {
                throw new QueueUnavailableException("the queue's dedup store is closed", closed);
            }
        }
    }

    /** Nanoseconds since this queue was made: unlike a reading of the clock, larger means later. Read under the lock. */
    private long now() {
        return time.nanoTime() - origin;
    }

    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }

    /** Builds an {@link InMemoryWorkQueue}. Not thread-safe. */
    public static final class Builder {

        private final TimeSource time;
        private @Nullable InMemoryDedupStore dedupStore;
        private int partitions = 1;
        private int maxBacklog = DEFAULT_MAX_BACKLOG;
        private long maxBytes = DEFAULT_MAX_BYTES;
        private int maxLetters = DEFAULT_MAX_LETTERS;

        private Builder(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
        }

        /**
         * Whose keys it shares, so that what is sent and what is submitted are not said twice. One of its own when not set.
         *
         * @param value a store on the same clock
         * @return this
         */
        public Builder dedupStore(InMemoryDedupStore value) {
            dedupStore = Objects.requireNonNull(value, "dedupStore");
            return this;
        }

        /**
         * In how many parts it is divided, for tests of what several owners do; 1 when not set.
         *
         * @param value at least 1
         * @return this
         */
        public Builder partitions(int value) {
            partitions = value;
            return this;
        }

        /**
         * How many messages and deliveries may wait or be in work when another is submitted; {@value #DEFAULT_MAX_BACKLOG} when not set.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxBacklog(int value) {
            maxBacklog = value;
            return this;
        }

        /**
         * How much memory they may take then, about; {@value #DEFAULT_MAX_BYTES} when not set.
         *
         * @param value in bytes, at least 1
         * @return this
         */
        public Builder maxBytes(long value) {
            maxBytes = value;
            return this;
        }

        /**
         * How many dead letters it holds; {@value #DEFAULT_MAX_LETTERS} when not set.
         *
         * @param value at least 0
         * @return this
         */
        public Builder maxLetters(int value) {
            maxLetters = value;
            return this;
        }

        /**
         * Builds the queue.
         *
         * @return an empty queue
         * @throws dev.notifykit.push.InvalidConfigurationException with everything that is wrong
         */
        public InMemoryWorkQueue build() {
            Problems problems = new Problems("the in-memory work queue");
            problems.require(partitions > 0, "partitions", "is " + partitions, "at least 1");
            problems.require(maxBacklog > 0, "maxBacklog", "is " + maxBacklog, "at least 1");
            problems.require(maxBytes > 0, "maxBytes", "is " + maxBytes, "at least 1");
            problems.require(maxLetters >= 0, "maxLetters", "is " + maxLetters, "at least 0");
            problems.throwIfAny();
            return new InMemoryWorkQueue(this);
        }
    }
}
