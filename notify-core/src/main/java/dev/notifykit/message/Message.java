package dev.notifykit.message;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Urgency;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The host's envelope: who is told what, and what makes it the same as another. Every target of it becomes a request of its own, with an
 * id made of the message's and the target. Immutable, with value equality.
 */
public final class Message {

    private final MessageId id;
    private final Recipient recipient;
    private final Notification notification;
    private final @Nullable DedupKey dedupKey;
    private final @Nullable Instant notBefore;
    private final @Nullable Instant expiresAt;
    private final Urgency urgency;
    private final @Nullable String collapseId;
    private final boolean stableId;
    private final KeptFields kept;

    private Message(Builder b) {
        id = b.id == null ? MessageId.random() : b.id;
        recipient = b.recipient;
        notification = b.notification;
        dedupKey = b.dedupKey;
        notBefore = b.notBefore;
        expiresAt = b.expiresAt;
        urgency = b.urgency;
        collapseId = b.collapseId;
        stableId = b.stableId;
        kept = b.kept;
    }

    /**
     * A message with a fresh id, no dedup key, no expiration, and urgency {@link Urgency#URGENT}.
     *
     * @param recipient whom it is for
     * @param notification what is said
     * @return the message
     */
    public static Message of(Recipient recipient, Notification notification) {
        return builder(recipient, notification).build();
    }

    /**
     * Starts a message.
     *
     * @param recipient whom it is for
     * @param notification what is said
     * @return a new builder
     */
    public static Builder builder(Recipient recipient, Notification notification) {
        return new Builder(recipient, notification);
    }

    /**
     * Its id.
     *
     * @return the id
     */
    public MessageId id() {
        return id;
    }

    /**
     * Whom it is for.
     *
     * @return the recipient
     */
    public Recipient recipient() {
        return recipient;
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
     * What makes it the same as another message.
     *
     * @return the key; empty: it is like no other
     */
    public Optional<DedupKey> dedupKey() {
        return Optional.ofNullable(dedupKey);
    }

    /**
     * Before this instant it is not sent.
     *
     * @return when it is due; empty: at once
     */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
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
     * Whether the request's id travels to the device, as {@link dev.notifykit.push.PushRequest#stableId()} says.
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

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            id, recipient, notification, dedupKey, notBefore, expiresAt, urgency, collapseId, stableId, kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message m && Arrays.equals(state(), m.state());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Message[" + id + " to " + recipient + ", " + urgency + (dedupKey == null ? "" : ", " + dedupKey) + "]";
    }

    /** Builds a {@link Message}. Not thread-safe. */
    public static final class Builder {

        private final Recipient recipient;
        private final Notification notification;
        private @Nullable MessageId id;
        private @Nullable DedupKey dedupKey;
        private @Nullable Instant notBefore;
        private @Nullable Instant expiresAt;
        private Urgency urgency = Urgency.URGENT;
        private @Nullable String collapseId;
        private boolean stableId = true;
        private KeptFields kept = KeptFields.NONE;

        private Builder(Recipient recipient, Notification notification) {
            this.recipient = Objects.requireNonNull(recipient, "recipient");
            this.notification = Objects.requireNonNull(notification, "notification");
        }

        /**
         * The id; random when not set.
         *
         * @param value the id
         * @return this
         */
        public Builder id(MessageId value) {
            id = Objects.requireNonNull(value, "id");
            return this;
        }

        /**
         * What makes it the same as another message; like no other when not set.
         *
         * @param value the key
         * @return this
         */
        public Builder dedupKey(DedupKey value) {
            dedupKey = Objects.requireNonNull(value, "dedupKey");
            return this;
        }

        /**
         * When it is due, for a message that is submitted: it waits in the queue, and is told to whoever is to be told by then. Devices are looked
         * up, and it is judged whether it has expired, when its time has come; whether it is a duplicate, when it is submitted. A direct send refuses
         * a message whose time has not come. At once when not set.
         *
         * @param value an instant, or null for at once
         * @return this
         */
        public Builder notBefore(@Nullable Instant value) {
            notBefore = value;
            return this;
        }

        /**
         * The end of its life; without it the vendor's own limit holds.
         *
         * @param value an instant, or null for none
         * @return this
         */
        public Builder expiresAt(@Nullable Instant value) {
            expiresAt = value;
            return this;
        }

        /**
         * The order in our lanes; {@link Urgency#URGENT} when not set.
         *
         * @param value the urgency
         * @return this
         */
        public Builder urgency(Urgency value) {
            urgency = Objects.requireNonNull(value, "urgency");
            return this;
        }

        /**
         * The collapse id. When not set, a message with a dedup key gets one made of the key's id, so that a correction replaces what is
         * shown.
         *
         * @param value the collapse id, or null for none of the host's own
         * @return this
         */
        public Builder collapseId(@Nullable String value) {
            collapseId = value;
            return this;
        }

        /**
         * Whether the request's id travels to the device; on when not set.
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
         * Builds the message.
         *
         * @return the message
         */
        public Message build() {
            return new Message(this);
        }
    }
}
