package dev.notifykit.lane;

import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.push.Problems;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The bounds of a lane, and what it does at each of them. Immutable. */
public final class LaneLimits {

    /** Ten times what is in flight at a fast provider: some seconds of work, some megabytes. */
    public static final int DEFAULT_MAX_HELD = 10_000;

    /** Above the providers' own 20 s, so that their more exact answer comes first; this one holds for every service. */
    public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(25);

    /** More retries than this, relative to first attempts, make a vendor's bad minute worse. */
    public static final double DEFAULT_RETRY_SHARE = 0.1;

    /** So that a lane with little traffic can retry at all. */
    public static final int DEFAULT_RETRIES_PER_SECOND = 10;

    /** Half of the last hundred attempts failed: the vendor is down, not the requests. */
    public static final double DEFAULT_BREAKER_SHARE = 0.5;

    /** How long an open breaker waits before it lets a few attempts through. */
    public static final Duration DEFAULT_BREAKER_OPEN = Duration.ofSeconds(10);

    /** How long a paused sender waits before one held message tries again; doubles up to {@link #MAX_PROBE_INTERVAL}. */
    public static final Duration DEFAULT_PROBE_INTERVAL = Duration.ofSeconds(30);

    /** The longest wait between two probes of a paused sender. */
    public static final Duration MAX_PROBE_INTERVAL = Duration.ofMinutes(10);

    /** Half of the last {@link #DEAD_TOKEN_WINDOW} answers: the wrong key or world, not that many lost phones. */
    public static final double DEFAULT_DEAD_TOKEN_SHARE = 0.5;

    /** How many answers the share of dead tokens is taken over. */
    public static final int DEAD_TOKEN_WINDOW = 200;

    private static final LaneLimits DEFAULTS = builder().build();

    private final int maxHeld;
    private final int maxInFlight;
    private final double ratePerSecond;
    private final double fleetRatePerSecond;
    private final @Nullable DeviceCap perDevice;
    private final Admission whenFull;
    private final Duration attemptTimeout;
    private final double retryShare;
    private final int retriesPerSecond;
    private final double breakerShare;
    private final Duration breakerOpen;
    private final Duration probeInterval;
    private final double deadTokenShare;

    private LaneLimits(Builder b) {
        maxHeld = b.maxHeld;
        maxInFlight = b.maxInFlight;
        ratePerSecond = b.ratePerSecond;
        fleetRatePerSecond = b.fleetRatePerSecond;
        perDevice = b.deviceCap();
        whenFull = b.whenFull;
        attemptTimeout = b.attemptTimeout;
        retryShare = b.retryShare;
        retriesPerSecond = b.retriesPerSecond;
        breakerShare = b.breakerShare;
        breakerOpen = b.breakerOpen;
        probeInterval = b.probeInterval;
        deadTokenShare = b.deadTokenShare;
    }

    /**
     * The bounds that hold when none are set.
     *
     * @return the defaults
     */
    public static LaneLimits defaults() {
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
     * How many requests of the direct road it holds: waiting, in flight, between two attempts.
     *
     * @return a positive number
     */
    public int maxHeld() {
        return maxHeld;
    }

    /**
     * How many attempts are open at once; the service's own bound holds when it is lower.
     *
     * @return the bound; empty: the service's own
     */
    public OptionalInt maxInFlight() {
        return maxInFlight == 0 ? OptionalInt.empty() : OptionalInt.of(maxInFlight);
    }

    /**
     * How many attempts begin per second, in this client.
     *
     * @return the rate; 0 means no limit
     */
    public double ratePerSecond() {
        return ratePerSecond;
    }

    /**
     * How many attempts begin per second, in all instances together.
     *
     * @return the rate; 0 means no limit
     */
    public double fleetRatePerSecond() {
        return fleetRatePerSecond;
    }

    /**
     * How many notifications a device gets.
     *
     * @return the cap; empty: as many as are sent
     */
    public Optional<DeviceCap> perDevice() {
        return Optional.ofNullable(perDevice);
    }

    /**
     * What happens to a request that finds the lane full.
     *
     * @return the rule
     */
    public Admission whenFull() {
        return whenFull;
    }

    /**
     * After this an attempt without an answer is {@code Unknown}.
     *
     * @return a positive duration
     */
    public Duration attemptTimeout() {
        return attemptTimeout;
    }

    /**
     * How many retries of answered 429 and 5xx are allowed per first attempt.
     *
     * @return a share
     */
    public double retryShare() {
        return retryShare;
    }

    /**
     * How many such retries are allowed per second in any case.
     *
     * @return a positive number
     */
    public int retriesPerSecond() {
        return retriesPerSecond;
    }

    /**
     * The share of failed attempts, of the last hundred, at which the breaker opens.
     *
     * @return a share
     */
    public double breakerShare() {
        return breakerShare;
    }

    /**
     * How long it stays open.
     *
     * @return a positive duration
     */
    public Duration breakerOpen() {
        return breakerOpen;
    }

    /**
     * How long a paused sender waits before its first probe.
     *
     * @return a positive duration
     */
    public Duration probeInterval() {
        return probeInterval;
    }

    /**
     * The share of dead tokens at which the sender is taken for misconfigured.
     *
     * @return a share; above 1 means never
     */
    public double deadTokenShare() {
        return deadTokenShare;
    }

    /** Builds {@link LaneLimits}. Not thread-safe. */
    public static final class Builder {

        private int maxHeld = DEFAULT_MAX_HELD;
        private int maxInFlight;
        private double ratePerSecond;
        private double fleetRatePerSecond;
        private boolean capped;
        private int capMost;
        private @Nullable Duration capWindow;
        private Admission whenFull = Admission.reject();
        private Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;
        private double retryShare = DEFAULT_RETRY_SHARE;
        private int retriesPerSecond = DEFAULT_RETRIES_PER_SECOND;
        private double breakerShare = DEFAULT_BREAKER_SHARE;
        private Duration breakerOpen = DEFAULT_BREAKER_OPEN;
        private Duration probeInterval = DEFAULT_PROBE_INTERVAL;
        private double deadTokenShare = DEFAULT_DEAD_TOKEN_SHARE;

        private Builder() {}

        /**
         * How many requests of the direct road it holds; {@value LaneLimits#DEFAULT_MAX_HELD} when not set. At the limit
         * {@link #whenFull} decides.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxHeld(int value) {
            maxHeld = value;
            return this;
        }

        /**
         * How many attempts are open at once; the service's own bound when not set or lower. At the limit requests wait.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxInFlight(int value) {
            maxInFlight = value == 0 ? -1 : value;
            return this;
        }

        /**
         * How many attempts begin per second, evenly spread, in this client: ten instances send ten times as much. No limit when not set. At the limit
         * requests wait.
         *
         * @param value more than 0
         * @return this
         */
        public Builder ratePerSecond(double value) {
            ratePerSecond = value == 0 ? -1 : value;
            return this;
        }

        /**
         * How many attempts begin per second in all instances together, evenly spread; no limit when not set. It needs a {@code rateStore} that all
         * instances share, and the same value in each of them. At the limit requests wait. {@link #ratePerSecond} holds besides, if it is set.
         *
         * <p>Over ten seconds it may be exceeded by 3 %. While the rate store does not answer, each instance goes on with an equal
         * share of it: of as many as there were when the store was heard last.
         *
         * @param value more than 0, at most {@value dev.notifykit.limit.RateAsk#MAX_PER_SECOND}
         * @return this
         */
        public Builder fleetRatePerSecond(double value) {
            fleetRatePerSecond = value == 0 ? -1 : value;
            return this;
        }

        /**
         * How many notifications one device gets from this lane within any time of that length; as many as are sent when not set. Over it a request ends
         * {@code Suppressed(CAPPED)}. What counts is what was accepted, or may have been; all attempts of a request count once. Kept by the
         * client's {@code capStore}; when that does not answer, requests go on unchecked, and health says how many.
         *
         * @param most from 1 to {@value dev.notifykit.limit.DeviceCap#MAX_MOST}
         * @param window from 1 s to 31 days
         * @return this
         */
        public Builder perDevice(int most, Duration window) {
            capped = true;
            capMost = most;
            capWindow = window;
            return this;
        }

        /** Also when it is wrong: then it is a problem. */
        private @Nullable DeviceCap deviceCap() {
            return capped ? new DeviceCap(capMost, Objects.requireNonNull(capWindow, "window")) : null;
        }

        /**
         * What happens to a request that finds the lane full; {@link Admission#reject()} when not set.
         *
         * @param value the rule
         * @return this
         */
        public Builder whenFull(Admission value) {
            whenFull = value;
            return this;
        }

        /**
         * After this an attempt without an answer is {@code Unknown}; 25 s when not set.
         *
         * @param value positive
         * @return this
         */
        public Builder attemptTimeout(Duration value) {
            attemptTimeout = value;
            return this;
        }

        /**
         * The retry budget: answered 429 and 5xx are retried for at most this share of first attempts, and at least so many a
         * second. Exhausted means later, never an end.
         *
         * @param share of first attempts; 0.1 when not set
         * @param perSecond in any case; 10 when not set
         * @return this
         */
        public Builder retryBudget(double share, int perSecond) {
            retryShare = share;
            retriesPerSecond = perSecond;
            return this;
        }

        /**
         * The breaker: when this share of the last hundred attempts failed, none begin for a while.
         *
         * @param share of failed attempts; 0.5 when not set
         * @param open how long; 10 s when not set
         * @return this
         */
        public Builder breaker(double share, Duration open) {
            breakerShare = share;
            breakerOpen = open;
            return this;
        }

        /**
         * How long a paused sender waits before one held message tries again; 30 s when not set, doubling up to 10 min.
         *
         * @param value positive
         * @return this
         */
        public Builder probeInterval(Duration value) {
            probeInterval = value;
            return this;
        }

        /**
         * The share of dead tokens, of the last {@value LaneLimits#DEAD_TOKEN_WINDOW} answers, at which the sender is taken for
         * misconfigured; 0.5 when not set. Raise it for an audience that is known to be old.
         *
         * @param value more than 0; above 1 means never
         * @return this
         */
        public Builder deadTokenShare(double value) {
            deadTokenShare = value;
            return this;
        }

        /**
         * Builds the limits.
         *
         * @return the limits
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public LaneLimits build() {
            Problems p = new Problems("LaneLimits");
            p.require(maxHeld >= 1, "maxHeld", "must be at least 1, is " + maxHeld, "some thousands are usual");
            p.require(maxInFlight >= 0, "maxInFlight", "must be at least 1", "leave it unset");
            p.require(ratePerSecond >= 0, "ratePerSecond", "must be more than 0", "leave it unset");
            p.require(
                    fleetRatePerSecond >= 0 && fleetRatePerSecond <= RateAsk.MAX_PER_SECOND,
                    "fleetRatePerSecond",
                    "must be more than 0 and at most " + RateAsk.MAX_PER_SECOND + ", is " + fleetRatePerSecond,
                    "leave it unset");
            checkCap(p);
            p.require(
                    retryShare >= 0, "retryBudget", "the share must not be negative, is " + retryShare, "0.1 is usual");
            p.require(
                    retriesPerSecond >= 1,
                    "retryBudget",
                    "must allow 1 a second, is " + retriesPerSecond,
                    "10 is usual");
            p.require(
                    breakerShare > 0 && breakerShare <= 1,
                    "breaker",
                    "the share must be above 0 and at most 1, is " + breakerShare,
                    "0.5 is usual");
            p.require(deadTokenShare > 0, "deadTokenShare", "must be above 0, is " + deadTokenShare, "0.5 is usual");
            positive(p, "attemptTimeout", attemptTimeout);
            positive(p, "breaker", breakerOpen);
            positive(p, "probeInterval", probeInterval);
            p.throwIfAny();
            return new LaneLimits(this);
        }

        private void checkCap(Problems problems) {
            try {
                deviceCap();
            } catch (IllegalArgumentException | NullPointerException e) {
                problems.add("perDevice", String.valueOf(e.getMessage()), "3 an hour is usual");
            }
        }

        private static void positive(Problems problems, String field, @Nullable Duration value) {
            problems.require(
                    value != null && value.compareTo(Duration.ZERO) > 0,
                    field,
                    "must be a positive duration, is " + value,
                    "leave it unset for the default");
        }
    }
}
