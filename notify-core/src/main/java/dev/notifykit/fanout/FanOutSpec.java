package dev.notifykit.fanout;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Problems;
import dev.notifykit.push.Urgency;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fan-out as data: which handler finds the recipients, with which parameters, and what is said to them. Any instance that has the
 * handler can work on it. Immutable, with value equality: launching an equal spec joins, launching another one under the same id
 * conflicts.
 */
public final class FanOutSpec {

    /** What a crash between the provider's answer and our note of it may cost. */
    public enum Delivery {
        /** A duplicate, never a loss. The default. */
        AT_LEAST_ONCE,
        /** A recipient whose outcome is unknown, never a duplicate: only attempts that surely were not sent are repeated. */
        AT_MOST_ONCE
    }

    private final FanOutId id;
    private final String handler;
    private final Map<String, String> parameters;
    private final Notification notification;
    private final Urgency urgency;
    private final @Nullable Instant expiresAt;
    private final @Nullable String collapseId;
    private final boolean stableId;
    private final Delivery delivery;
    private final RetryPolicy retryPolicy;
    private final UnknownPolicy unknownPolicy;
    private final KeptFields kept;

    private FanOutSpec(Builder b) {
        id = b.id;
        handler = b.handler;
        parameters = Map.copyOf(b.parameters);
        notification = b.notification;
        urgency = b.urgency;
        expiresAt = b.expiresAt;
        collapseId = b.collapseId;
        stableId = b.stableId;
        delivery = b.delivery;
        retryPolicy = b.retryPolicy;
        unknownPolicy = b.delivery == Delivery.AT_MOST_ONCE ? UnknownPolicy.REPORT : b.unknownPolicy;
        kept = b.kept;
    }

    /**
     * Starts a spec.
     *
     * @param id chosen by the host; the same id joins
     * @param handler the name of a registered handler
     * @param notification what is said
     * @return a new builder
     */
    public static Builder builder(FanOutId id, String handler, Notification notification) {
        return new Builder(id, handler, notification);
    }

    /**
     * The fan-out's id.
     *
     * @return the id
     */
    public FanOutId id() {
        return id;
    }

    /**
     * The name of the handler that finds the recipients.
     *
     * @return the name
     */
    public String handler() {
        return handler;
    }

    /**
     * What the handler is told.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> parameters() {
        return parameters;
    }

    /**
     * What is said.
     *
     * @return the notification
     */
    public Notification notification() {
        return notification;
    }

    /**
     * The order in our lanes.
     *
     * @return {@link Urgency#BULK} unless set
     */
    public Urgency urgency() {
        return urgency;
    }

    /**
     * After this instant nothing is sent any more.
     *
     * @return the end of its life, if set
     */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /**
     * Notifications with the same collapse id replace one another on the device.
     *
     * @return the collapse id, if set
     */
    public Optional<String> collapseId() {
        return Optional.ofNullable(collapseId);
    }

    /**
     * Whether each request's id travels to the device.
     *
     * @return true unless it was turned off
     */
    public boolean stableId() {
        return stableId;
    }

    /**
     * What a crash may cost.
     *
     * @return {@link Delivery#AT_LEAST_ONCE} unless set
     */
    public Delivery delivery() {
        return delivery;
    }

    /**
     * When a row is tried again.
     *
     * @return {@link RetryPolicy#defaults()} unless set
     */
    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    /**
     * What to do after an attempt that may have been accepted.
     *
     * @return the policy; always {@link UnknownPolicy#REPORT} for {@link Delivery#AT_MOST_ONCE}
     */
    public UnknownPolicy unknownPolicy() {
        return unknownPolicy;
    }

    /** What a newer build has written and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            id,
            handler,
            parameters,
            notification,
            urgency,
            expiresAt,
            collapseId,
            stableId,
            delivery,
            retryPolicy,
            unknownPolicy,
            kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FanOutSpec s && Arrays.equals(state(), s.state());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "FanOutSpec[" + id + " by " + handler + ", " + delivery + "]";
    }

    /** Builds a {@link FanOutSpec}. Not thread-safe. */
    public static final class Builder {

        private final FanOutId id;
        private final String handler;
        private final Notification notification;
        private Map<String, String> parameters = Map.of();
        private Urgency urgency = Urgency.BULK;
        private @Nullable Instant expiresAt;
        private @Nullable String collapseId;
        private boolean stableId = true;
        private Delivery delivery = Delivery.AT_LEAST_ONCE;
        private RetryPolicy retryPolicy = RetryPolicy.defaults();
        private UnknownPolicy unknownPolicy = UnknownPolicy.RETRY_COLLAPSED;
        private KeptFields kept = KeptFields.NONE;

        private Builder(FanOutId id, String handler, Notification notification) {
            this.id = Objects.requireNonNull(id, "id");
            this.handler = Objects.requireNonNull(handler, "handler");
            this.notification = Objects.requireNonNull(notification, "notification");
        }

        /**
         * What the handler is told; nothing when not set.
         *
         * @param value names and values
         * @return this
         */
        public Builder parameters(Map<String, String> value) {
            parameters = value;
            return this;
        }

        /**
         * The order in our lanes; {@link Urgency#BULK} when not set.
         *
         * @param value the urgency
         * @return this
         */
        public Builder urgency(Urgency value) {
            urgency = Objects.requireNonNull(value, "urgency");
            return this;
        }

        /**
         * The end of its life; without it the vendors' own limits hold.
         *
         * @param value an instant
         * @return this
         */
        public Builder expiresAt(Instant value) {
            expiresAt = value;
            return this;
        }

        /**
         * The collapse id of every request; without it each alert has its own.
         *
         * @param value at most 64 bytes
         * @return this
         */
        public Builder collapseId(String value) {
            collapseId = value;
            return this;
        }

        /**
         * Whether each request's id travels to the device; on when not set.
         *
         * @param value false to save its bytes
         * @return this
         */
        public Builder stableId(boolean value) {
            stableId = value;
            return this;
        }

        /**
         * What a crash may cost; {@link Delivery#AT_LEAST_ONCE} when not set.
         *
         * @param value a duplicate, or an unknown outcome
         * @return this
         */
        public Builder delivery(Delivery value) {
            delivery = Objects.requireNonNull(value, "delivery");
            return this;
        }

        /**
         * When a row is tried again; {@link RetryPolicy#defaults()} when not set.
         *
         * @param value the policy
         * @return this
         */
        public Builder retryPolicy(RetryPolicy value) {
            retryPolicy = Objects.requireNonNull(value, "retryPolicy");
            return this;
        }

        /**
         * What to do after an attempt that may have been accepted; {@link UnknownPolicy#RETRY_COLLAPSED} when not set, and always
         * {@link UnknownPolicy#REPORT} for {@link Delivery#AT_MOST_ONCE}.
         *
         * @param value the policy
         * @return this
         */
        public Builder unknownPolicy(UnknownPolicy value) {
            unknownPolicy = Objects.requireNonNull(value, "unknownPolicy");
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the spec.
         *
         * @return the spec
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public FanOutSpec build() {
            Problems problems = new Problems("FanOutSpec");
            problems.require(
                    !handler.isBlank(), "handler", "must not be blank", "give the name of a registered handler");
            problems.require(
                    collapseId == null || !collapseId.isBlank(), "collapseId", "must not be blank", "leave it unset");
            problems.throwIfAny();
            return new FanOutSpec(this);
        }
    }
}
