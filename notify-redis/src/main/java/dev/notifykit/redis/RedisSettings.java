package dev.notifykit.redis;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.push.Problems;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/** How the stores use a Redis. Every instance that shares one has the same prefix and the same number of partitions. Immutable. */
public final class RedisSettings {

    /** What all keys begin with. */
    public static final String DEFAULT_PREFIX = "nk";

    /** Enough for a cluster of some nodes; each partition is owned by one instance, and costs it a look ten times a second. */
    public static final int DEFAULT_PARTITIONS = 8;

    /** More partitions would be streams and looks in the thousands. */
    public static final int MAX_PARTITIONS = 1_024;

    /** How long a call may wait for its answer: as long as Jedis waits by default, and as a client waits for a dedup store. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** All devices of a user are looked up together. */
    public static final int MAX_DEVICES_PER_USER = 1_000;

    private static final Duration SHORTEST_DEAD_TOKEN_TTL = Duration.ofMinutes(1);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

    /** No braces: what stands in them decides on the slot of a key. No glob characters: the prefix is the pattern of an ACL user. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private static final RedisSettings DEFAULTS = builder().build();

    private final String prefix;
    private final int partitions;
    private final Duration timeout;
    private final QueueSettings queue;
    private final boolean allowsEviction;
    private final int devicesPerUser;
    private final Duration deadTokenTtl;

    private RedisSettings(Builder b) {
        prefix = b.prefix;
        partitions = b.partitions;
        timeout = b.timeout;
        queue = b.queue;
        allowsEviction = b.allowEviction;
        devicesPerUser = b.devicesPerUser;
        deadTokenTtl = b.deadTokenTtl;
    }

    /**
     * Prefix {@value #DEFAULT_PREFIX}, {@value #DEFAULT_PARTITIONS} partitions, 2 s.
     *
     * @return the defaults
     */
    public static RedisSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What all keys begin with.
     *
     * @return the prefix
     */
    public String prefix() {
        return prefix;
    }

    /**
     * In how many parts the messages are divided.
     *
     * @return how many
     */
    public int partitions() {
        return partitions;
    }

    /**
     * How long a call may wait for its answer.
     *
     * @return the timeout
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Whether a Redis is used that drops keys when its memory is full.
     *
     * @return whether it is
     */
    public boolean allowsEviction() {
        return allowsEviction;
    }

    /**
     * How many devices a user can have.
     *
     * @return at most so many
     */
    public int devicesPerUser() {
        return devicesPerUser;
    }

    /**
     * How long a dead token is remembered.
     *
     * @return the time after the last verdict
     */
    public Duration deadTokenTtl() {
        return deadTokenTtl;
    }

    /**
     * What the queue of submitted messages holds, and when it holds it.
     *
     * @return the queue's settings
     */
    public QueueSettings queue() {
        return queue;
    }

    /** What one partition may have of what all may have. */
    long share(long all) {
        return all / partitions + (all % partitions == 0 ? 0 : 1);
    }

    @Override
    public String toString() {
        return "RedisSettings[prefix " + prefix + ", " + partitions + " partitions, timeout " + timeout + "]";
    }

    /** Builds {@link RedisSettings}. Not thread-safe. */
    public static final class Builder {

        private String prefix = DEFAULT_PREFIX;
        private int partitions = DEFAULT_PARTITIONS;
        private Duration timeout = DEFAULT_TIMEOUT;
        private QueueSettings queue = QueueSettings.defaults();
        private boolean allowEviction;
        private int devicesPerUser = DeviceStore.DEFAULT_DEVICES_PER_USER;
        private Duration deadTokenTtl = DeviceStore.DEAD_TOKEN_TTL;

        private Builder() {}

        /**
         * What all keys begin with; {@value #DEFAULT_PREFIX} when not set. One for each tenant of a shared Redis.
         *
         * @param value 1 to 64 letters, digits and {@code . _ : -}
         * @return this
         */
        public Builder prefix(String value) {
            prefix = Objects.requireNonNull(value, "prefix");
            return this;
        }

        /**
         * In how many parts the messages are divided, each in one slot of a cluster and worked on by one instance at a time;
         * {@value #DEFAULT_PARTITIONS} when not set. It cannot be changed while there is anything stored.
         *
         * @param value 1 to {@value #MAX_PARTITIONS}
         * @return this
         */
        public Builder partitions(int value) {
            partitions = value;
            return this;
        }

        /**
         * How long a call may wait for its answer, the time it waits for its turn included; 2 s when not set. Then it fails, and nobody can say whether
         * Redis did what was asked. A client of the host's own has timeouts besides: its connections are held for as long as
         * those say.
         *
         * @param value 10 ms to 1 min
         * @return this
         */
        public Builder timeout(Duration value) {
            timeout = Objects.requireNonNull(value, "timeout");
            return this;
        }

        /**
         * Whether a Redis may be used whose {@code maxmemory-policy} is another than {@code noeviction}; false when not set. Short of memory
         * such a Redis drops what it likes: dedup keys, so that a message is sent twice, or the rows of a fan-out, which are then lost. True is for a Redis whose memory
         * is watched and cannot be set up otherwise.
         *
         * @param value whether it may
         * @return this
         */
        public Builder allowEviction(boolean value) {
            allowEviction = value;
            return this;
        }

        /**
         * How many devices a user can have; {@value DeviceStore#DEFAULT_DEVICES_PER_USER} when not set. One more takes the place of that which was seen
         * longest ago. Every instance has the same.
         *
         * @param value 1 to {@value #MAX_DEVICES_PER_USER}
         * @return this
         */
        public Builder devicesPerUser(int value) {
            devicesPerUser = value;
            return this;
        }

        /**
         * How long a dead token is remembered after the last verdict on it; {@link DeviceStore#DEAD_TOKEN_TTL} when not set. Shorter than the
         * longest fan-out, and rows that it read before the verdict are sent after it.
         *
         * @param value at least a minute
         * @return this
         */
        public Builder deadTokenTtl(Duration value) {
            deadTokenTtl = Objects.requireNonNull(value, "deadTokenTtl");
            return this;
        }

        /**
         * What the queue of submitted messages holds, and when it holds it; {@link QueueSettings#defaults()} when not set.
         *
         * @param value the queue's settings; the patience of their durability must be shorter than the {@link #timeout}
         * @return this
         */
        public Builder queue(QueueSettings value) {
            queue = Objects.requireNonNull(value, "queue");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public RedisSettings build() {
            Problems problems = new Problems("RedisSettings");
            problems.require(
                    PREFIX.matcher(prefix).matches(),
                    "prefix",
                    "must be 1 to 64 letters, digits and . _ : -",
                    "'" + DEFAULT_PREFIX + "' is usual");
            problems.require(
                    partitions >= 1 && partitions <= MAX_PARTITIONS,
                    "partitions",
                    "must be 1 to " + MAX_PARTITIONS + ", is " + partitions,
                    DEFAULT_PARTITIONS + " is usual");
            problems.require(
                    timeout.compareTo(SHORTEST_TIMEOUT) >= 0 && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
                    "timeout",
                    "must be 10 ms to 1 min, is " + timeout,
                    "2 s is usual");
            problems.require(
                    devicesPerUser >= 1 && devicesPerUser <= MAX_DEVICES_PER_USER,
                    "devicesPerUser",
                    "must be 1 to " + MAX_DEVICES_PER_USER + ", is " + devicesPerUser,
                    DeviceStore.DEFAULT_DEVICES_PER_USER + " is usual");
            problems.require(
                    deadTokenTtl.compareTo(SHORTEST_DEAD_TOKEN_TTL) >= 0,
                    "deadTokenTtl",
                    "must be at least " + SHORTEST_DEAD_TOKEN_TTL + ", is " + deadTokenTtl,
                    DeviceStore.DEAD_TOKEN_TTL + " is usual");
            problems.require(
                    queue.durability().replicas() == 0
                            || queue.durability().patience().compareTo(timeout) < 0,
                    "queue",
                    "the patience of its durability must be shorter than the timeout, is "
                            + queue.durability().patience(),
                    "half the timeout is usual");
            problems.throwIfAny();
            return new RedisSettings(this);
        }
    }
}
