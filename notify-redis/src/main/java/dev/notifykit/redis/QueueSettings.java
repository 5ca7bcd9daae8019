package dev.notifykit.redis;

import dev.notifykit.push.Problems;
import java.util.Objects;

/** What the queue of submitted messages holds at most, and when it holds it. All partitions have equal shares, by which they refuse. Immutable. */
public final class QueueSettings {

    /** How many messages and deliveries may wait: some minutes of what a fleet sends, and half a gigabyte of Redis. */
    public static final long DEFAULT_MAX_BACKLOG = 1_000_000;

    /** What they may take: what that many take when each says as much as most do. */
    public static final long DEFAULT_MAX_BYTES = 512L << 20;

    /** How many dead letters there may be: more than people look at. */
    public static final long DEFAULT_MAX_LETTERS = 100_000;

    /** What dead letters may take. */
    public static final long DEFAULT_MAX_LETTER_BYTES = 128L << 20;

    private static final QueueSettings DEFAULTS = builder().build();

    private final long maxBacklog;
    private final long maxBytes;
    private final long maxLetters;
    private final long maxLetterBytes;
    private final Durability durability;

    private QueueSettings(Builder b) {
        maxBacklog = b.maxBacklog;
        maxBytes = b.maxBytes;
        maxLetters = b.maxLetters;
        maxLetterBytes = b.maxLetterBytes;
        durability = b.durability;
    }

    /**
     * A million messages and deliveries of half a gigabyte, 100,000 letters of 128 MB, acknowledged by Redis.
     *
     * @return the defaults
     */
    public static QueueSettings defaults() {
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
     * How many messages and deliveries may wait or be in work when another is submitted.
     *
     * @return how many
     */
    public long maxBacklog() {
        return maxBacklog;
    }

    /**
     * How many bytes these may take as they are packed.
     *
     * @return how many
     */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * How many dead letters there may be.
     *
     * @return how many
     */
    public long maxLetters() {
        return maxLetters;
    }

    /**
     * How many bytes these may take as they are packed.
     *
     * @return how many
     */
    public long maxLetterBytes() {
        return maxLetterBytes;
    }

    /**
     * When a submitted message counts as kept.
     *
     * @return acknowledged unless set
     */
    public Durability durability() {
        return durability;
    }

    @Override
    public String toString() {
        return "QueueSettings[" + maxBacklog + " messages of " + maxBytes + " bytes, " + maxLetters + " letters of "
                + maxLetterBytes + " bytes, " + durability + "]";
    }

    /** Builds {@link QueueSettings}. Not thread-safe. */
    public static final class Builder {

        private long maxBacklog = DEFAULT_MAX_BACKLOG;
        private long maxBytes = DEFAULT_MAX_BYTES;
        private long maxLetters = DEFAULT_MAX_LETTERS;
        private long maxLetterBytes = DEFAULT_MAX_LETTER_BYTES;
        private Durability durability = Durability.acknowledged();

        private Builder() {}

        /**
         * How many messages and deliveries may wait or be in work when another is submitted; {@value #DEFAULT_MAX_BACKLOG} when not set.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxBacklog(long value) {
            maxBacklog = value;
            return this;
        }

        /**
         * How many bytes these may take as they are packed; {@value #DEFAULT_MAX_BYTES} when not set. Redis needs about fifty bytes more for each, and two hundred
         * for its dedup key.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxBytes(long value) {
            maxBytes = value;
            return this;
        }

        /**
         * How many dead letters there may be; {@value #DEFAULT_MAX_LETTERS} when not set. Beyond it what dies stays where it is, until some are purged.
         *
         * @param value 0 or more
         * @return this
         */
        public Builder maxLetters(long value) {
            maxLetters = value;
            return this;
        }

        /**
         * How many bytes these may take as they are packed; {@value #DEFAULT_MAX_LETTER_BYTES} when not set.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxLetterBytes(long value) {
            maxLetterBytes = value;
            return this;
        }

        /**
         * When a submitted message counts as kept; {@link Durability#acknowledged()} when not set.
         *
         * @param value the rule
         * @return this
         */
        public Builder durability(Durability value) {
            durability = Objects.requireNonNull(value, "durability");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public QueueSettings build() {
            Problems problems = new Problems("QueueSettings");
            atLeastOne(problems, "maxBacklog", maxBacklog);
            atLeastOne(problems, "maxBytes", maxBytes);
            problems.require(
                    maxLetters >= 0,
                    "maxLetters",
                    "must be at least 0, is " + maxLetters,
                    "leave it out for the default");
            atLeastOne(problems, "maxLetterBytes", maxLetterBytes);
            problems.throwIfAny();
            return new QueueSettings(this);
        }

        private static void atLeastOne(Problems problems, String field, long value) {
            problems.require(value >= 1, field, "must be at least 1, is " + value, "leave it out for the default");
        }
    }
}
