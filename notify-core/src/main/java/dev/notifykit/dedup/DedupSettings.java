package dev.notifykit.dedup;

import dev.notifykit.push.Problems;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.Objects;

/** How a client uses its dedup store. Immutable. */
public final class DedupSettings {

    /** How long what was said is remembered: longer than a live event and its corrections take. */
    public static final Duration DEFAULT_TTL = Duration.ofHours(6);

    /** How long a crashed instance's claim stands in the way. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    /** How long a store may take to answer; beyond it counts as unavailable. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    private static final DedupSettings DEFAULTS = builder().build();

    /** What happens to a message when the store cannot say whether it is new. */
    public enum WhenUnavailable {
        /** It is sent, perhaps twice, and counted. The default: an alert that nobody gets is worse. */
        SEND,
        /** It ends {@code NotSent(STORE_UNAVAILABLE)}. */
        DO_NOT_SEND
    }

    /** What becomes of the claim of a message that may or may not have been accepted. */
    public enum AfterUnknown {
        /** It is confirmed: sent again it would be a duplicate. The default. */
        CONFIRM,
        /** It is released: sent again it would be new, and perhaps be there twice. */
        RELEASE
    }

    private final Duration ttl;
    private final Duration lease;
    private final Duration timeout;
    private final WhenUnavailable whenUnavailable;
    private final AfterUnknown afterUnknown;

    private DedupSettings(Builder b) {
        ttl = b.ttl;
        lease = b.lease;
        timeout = b.timeout;
        whenUnavailable = b.whenUnavailable;
        afterUnknown = b.afterUnknown;
    }

    /**
     * Six hours, a lease of 30 s, {@link WhenUnavailable#SEND}, {@link AfterUnknown#CONFIRM}.
     *
     * @return the defaults
     */
    public static DedupSettings defaults() {
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
     * How long what was said is remembered.
     *
     * @return the time to live
     */
    public Duration ttl() {
        return ttl;
    }

    /**
     * How long a claim holds without renewal; it is renewed after a third of it.
     *
     * @return the lease
     */
    public Duration lease() {
        return lease;
    }

    /**
     * How long the store may take to answer.
     *
     * @return the timeout
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * What happens when the store cannot say.
     *
     * @return the policy
     */
    public WhenUnavailable whenUnavailable() {
        return whenUnavailable;
    }

    /**
     * What becomes of the claim when nobody can say whether it was sent.
     *
     * @return the policy
     */
    public AfterUnknown afterUnknown() {
        return afterUnknown;
    }

    /**
     * Whether a target that has come to this end counts as told: what is said again under the key passes it over.
     *
     * @param result how it ended
     * @return false: it may be told again
     */
    public boolean isSaid(SendResult result) {
        return switch (result.kind()) {
            case ACCEPTED, TOKEN_INVALID, REJECTED -> true;
            case UNKNOWN -> afterUnknown == AfterUnknown.CONFIRM;
            case EXPIRED, SUPPRESSED, DEAD_LETTERED, CANCELLED, NOT_SENT -> false;
        };
    }

    /**
     * Lease and time to live.
     *
     * @return the terms of every claim
     */
    public ClaimTerms terms() {
        return new ClaimTerms(lease, ttl);
    }

    /** Builds {@link DedupSettings}. Not thread-safe. */
    public static final class Builder {

        private Duration ttl = DEFAULT_TTL;
        private Duration lease = DEFAULT_LEASE;
        private Duration timeout = DEFAULT_TIMEOUT;
        private WhenUnavailable whenUnavailable = WhenUnavailable.SEND;
        private AfterUnknown afterUnknown = AfterUnknown.CONFIRM;

        private Builder() {}

        /**
         * How long what was said is remembered; 6 h when not set. Longer than the client's retry deadline.
         *
         * @param value longer than the lease
         * @return this
         */
        public Builder ttl(Duration value) {
            ttl = Objects.requireNonNull(value, "ttl");
            return this;
        }

        /**
         * How long a claim holds without renewal; 30 s when not set.
         *
         * @param value at least 1 s
         * @return this
         */
        public Builder lease(Duration value) {
            lease = Objects.requireNonNull(value, "lease");
            return this;
        }

        /**
         * How long the store may take to answer; 2 s when not set.
         *
         * @param value positive, and shorter than the lease
         * @return this
         */
        public Builder timeout(Duration value) {
            timeout = Objects.requireNonNull(value, "timeout");
            return this;
        }

        /**
         * What happens when the store cannot say.
         *
         * @param value the policy
         * @return this
         */
        public Builder whenUnavailable(WhenUnavailable value) {
            whenUnavailable = Objects.requireNonNull(value, "whenUnavailable");
            return this;
        }

        /**
         * What becomes of the claim when nobody can say whether it was sent.
         *
         * @param value the policy
         * @return this
         */
        public Builder afterUnknown(AfterUnknown value) {
            afterUnknown = Objects.requireNonNull(value, "afterUnknown");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public DedupSettings build() {
            Problems problems = new Problems("DedupSettings");
            problems.require(
                    lease.compareTo(Duration.ofSeconds(1)) >= 0,
                    "lease",
                    "must be at least 1 s, is " + lease,
                    "30 s is usual");
            problems.require(
                    ttl.compareTo(lease) > 0, "ttl", "must be longer than the lease, is " + ttl, "6 h is usual");
            problems.require(
                    !timeout.isNegative() && !timeout.isZero() && timeout.compareTo(lease) < 0,
                    "timeout",
                    "must be positive and shorter than the lease, is " + timeout,
                    "2 s is usual");
            problems.throwIfAny();
            return new DedupSettings(this);
        }
    }
}
