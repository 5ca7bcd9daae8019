package dev.notifykit.push;

import dev.notifykit.codec.KeptFields;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One notification to one target. Immutable. Equal ids mean the same request: every attempt carries the same one, and so does
 * whoever continues it after a crash.
 */
public final class PushRequest {

    private final RequestId id;
    private final Target target;
    private final Notification notification;
    private final @Nullable Instant expiresAt;
    private final Urgency urgency;
    private final @Nullable String collapseId;
    private final boolean stableId;
    private final KeptFields kept;

    private PushRequest(Builder b) {
        id = b.id == null ? RequestId.random() : b.id;
        target = b.target;
        notification = b.notification;
        expiresAt = b.expiresAt;
        urgency = b.urgency;
        collapseId = b.collapseId;
        stableId = b.stableId;
        kept = b.kept;
    }

    /**
     * A request with a fresh id, no expiration, and urgency {@link Urgency#URGENT}.
     *
     * @param target where it goes
     * @param notification what is said
     * @return the request
     */
    public static PushRequest of(Target target, Notification notification) {
        return builder(target, notification).build();
    }

    /**
     * Starts a request.
     *
     * @param target where it goes
     * @param notification what is said
     * @return a new builder
     */
    public static Builder builder(Target target, Notification notification) {
        return new Builder(target, notification);
    }

    /**
     * The id that every attempt carries.
     *
     * @return the id
     */
    public RequestId id() {
        return id;
    }

    /**
     * Where it goes.
     *
     * @return the target
     */
    public Target target() {
        return target;
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
     * After this instant it is neither sent by us nor kept by the vendor.
     *
     * @return the end of its life; empty: the vendor's own limit holds
     */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /**
     * The order in our lanes.
     *
     * @return the urgency
     */
    public Urgency urgency() {
        return urgency;
    }

    /**
     * Notifications with the same collapse id replace one another on the device.
     *
     * @return the collapse id the host has set
     */
    public Optional<String> collapseId() {
        return Optional.ofNullable(collapseId);
    }

    /**
     * Whether the id travels to the device, so that what was sent twice is shown once: as {@code nk_id} in the data, and as collapse
     * id of an alert that has none.
     *
     * @return true unless it was turned off
     */
    public boolean stableId() {
        return stableId;
    }

    /** What a newer build has written and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PushRequest r
                && id.equals(r.id)
                && target.equals(r.target)
                && notification.equals(r.notification)
                && Objects.equals(expiresAt, r.expiresAt)
                && urgency == r.urgency
                && Objects.equals(collapseId, r.collapseId)
                && stableId == r.stableId
                && kept.equals(r.kept);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "PushRequest[" + id + " to " + target + ", " + urgency + "]";
    }

    /** Builds a {@link PushRequest}. Not thread-safe. */
    public static final class Builder {

        private final Target target;
        private final Notification notification;
        private @Nullable RequestId id;
        private @Nullable Instant expiresAt;
        private Urgency urgency = Urgency.URGENT;
        private @Nullable String collapseId;
        private boolean stableId = true;
        private KeptFields kept = KeptFields.NONE;

        private Builder(Target target, Notification notification) {
            this.target = Objects.requireNonNull(target, "target");
            this.notification = Objects.requireNonNull(notification, "notification");
        }

        /**
         * The id; random when not set.
         *
         * @param value the id
         * @return this
         */
        public Builder id(RequestId value) {
            id = value;
            return this;
        }

        /**
         * The end of its life; without it the vendor's own limit holds (about 30 days at APNs, 4 weeks at FCM).
         *
         * @param value an instant, or null for none
         * @return this
         */
        public Builder expiresAt(@Nullable Instant value) {
            expiresAt = value;
            return this;
        }

        /**
         * The order in our lanes; {@link Urgency#URGENT} when not set, since somebody waits for the result.
         *
         * @param value the urgency
         * @return this
         */
        public Builder urgency(Urgency value) {
            urgency = Objects.requireNonNull(value, "urgency");
            return this;
        }

        /**
         * The collapse id; APNs allows 64 bytes.
         *
         * @param value the collapse id, or null for none
         * @return this
         */
        public Builder collapseId(@Nullable String value) {
            collapseId = value;
            return this;
        }

        /**
         * Whether the id travels to the device; on when not set.
         *
         * @param value false to save its bytes
         * @return this
         */
        public Builder stableId(boolean value) {
            stableId = value;
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the request.
         *
         * @return the request
         */
        public PushRequest build() {
            return new PushRequest(this);
        }
    }
}
