package dev.notifykit.apns;

import com.eatthepath.pushy.apns.DeliveryPriority;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What only APNs knows about a notification: headers and keys of the {@code aps} dictionary. Everything is optional; an option that
 * is not set takes the default that its method names. Immutable, with value equality.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Sending
 *     notification requests to APNs</a>
 * @see <a href="https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification">Generating a remote
 *     notification</a>
 */
public final class ApnsOptions implements ProviderOptions {

    private final @Nullable PushType pushType;
    private final @Nullable Priority priority;
    private final @Nullable String topic;
    private final @Nullable InterruptionLevel interruptionLevel;
    private final @Nullable Double relevanceScore;
    private final @Nullable String targetContentId;
    private final boolean mutableContent;
    private final boolean contentAvailable;
    private final @Nullable LiveActivity liveActivity;
    private final KeptFields kept;

    private ApnsOptions(Builder b) {
        pushType = b.pushType;
        priority = b.priority;
        topic = b.topic;
        interruptionLevel = b.interruptionLevel;
        relevanceScore = b.relevanceScore;
        targetContentId = b.targetContentId;
        mutableContent = b.mutableContent;
        contentAvailable = b.contentAvailable;
        liveActivity = b.liveActivity;
        kept = b.kept;
    }

    /** The {@code apns-push-type}; each one may ask for a suffix of the topic. */
    public enum PushType {
        /** Shows something. */
        ALERT("alert", ""),
        /** Wakes the app and shows nothing; about two or three an hour reach it. Its priority is 5, others are an error. */
        BACKGROUND("background", ""),
        /** An incoming call, for PushKit; may have 5,120 bytes. */
        VOIP("voip", ".voip"),
        /** New data for a watch face. */
        COMPLICATION("complication", ".complication"),
        /** Changes for a file provider extension. */
        FILE_PROVIDER("fileprovider", ".pushkit.fileprovider"),
        /** Calls a managed device to its server. The topic is the UID in the certificate's subject. */
        MDM("mdm", ""),
        /** Asks for the device's location; with a signing key only. Its priority is 10 or 5. */
        LOCATION("location", ".location-query"),
        /** Updates a Live Activity. Its priority is 10, which counts against an hourly budget, or 5; on a channel also 1. */
        LIVE_ACTIVITY("liveactivity", ".push-type.liveactivity"),
        /** A push-to-talk channel. */
        PUSH_TO_TALK("pushtotalk", ".voip-ptt"),
        /** Tells the app's widgets to load anew; the notification is a background one. */
        WIDGETS("widgets", ".push-type.widgets"),
        /** Tells the app's controls to load anew; the notification is a background one. */
        CONTROLS("controls", ".push-type.controls");

        private static final int MAX_BYTES = 4096;
        private static final int MAX_VOIP_BYTES = 5120;

        private final String wire;
        private final String topicSuffix;
        private final com.eatthepath.pushy.apns.@Nullable PushType pushy;

        PushType(String wire, String topicSuffix) {
            this.wire = wire;
            this.topicSuffix = topicSuffix;
            pushy = Arrays.stream(com.eatthepath.pushy.apns.PushType.values())
                    .filter(known -> known.getHeaderValue().equals(wire))
                    .findFirst()
                    .orElse(null);
        }

        /** As the header says it. */
        String wire() {
            return wire;
        }

        String topicSuffix() {
            return topicSuffix;
        }

        Priority defaultPriority() {
            return this == BACKGROUND ? Priority.CONSERVE_POWER : Priority.IMMEDIATE;
        }

        int maxPayloadBytes() {
            return this == VOIP ? MAX_VOIP_BYTES : MAX_BYTES;
        }

        /** Whether it only says that there is something new to load, and shows nothing. */
        boolean reloads() {
            return this == WIDGETS || this == CONTROLS;
        }

        /** How pushy calls it; null for one that pushy does not know. */
        com.eatthepath.pushy.apns.@Nullable PushType pushy() {
            return pushy;
        }
    }

    /** The {@code apns-priority}. */
    public enum Priority {
        /** 10: delivered at once. */
        IMMEDIATE(10),
        /** 5: delivered when it suits the device's battery. */
        CONSERVE_POWER(5),
        /** 1: as 5, and never wakes the device. */
        NEVER_WAKE(1);

        private final int wire;
        private final @Nullable DeliveryPriority pushy;

        Priority(int wire) {
            this.wire = wire;
            pushy = Arrays.stream(DeliveryPriority.values())
                    .filter(known -> known.getCode() == wire)
                    .findFirst()
                    .orElse(null);
        }

        /** As the header says it. */
        int wire() {
            return wire;
        }

        /** How pushy calls it; null for one that pushy does not know. */
        @Nullable
        DeliveryPriority pushy() {
            return pushy;
        }
    }

    /** How much an alert may disturb. */
    public enum InterruptionLevel {
        /** Into the list, without light or sound. */
        PASSIVE("passive"),
        /** The system's default. */
        ACTIVE("active"),
        /** Through a Focus and the scheduled summary; the app needs the entitlement. */
        TIME_SENSITIVE("time-sensitive"),
        /** Through everything; the app needs Apple's permission. */
        CRITICAL("critical");

        private final String wire;

        InterruptionLevel(String wire) {
            this.wire = wire;
        }

        String wire() {
            return wire;
        }
    }

    /**
     * Starts without any option.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ProviderId provider() {
        return ProviderId.APNS;
    }

    /**
     * The push type.
     *
     * @return the type, if set; else {@link PushType#LIVE_ACTIVITY} with a {@link #liveActivity()}, {@link PushType#BACKGROUND} for a background
     *     notification, {@link PushType#ALERT} for others
     */
    public Optional<PushType> pushType() {
        return Optional.ofNullable(pushType);
    }

    /**
     * The priority.
     *
     * @return the priority, if set; else 5 for {@link PushType#BACKGROUND} and 10 for others, as at Apple
     */
    public Optional<Priority> priority() {
        return Optional.ofNullable(priority);
    }

    /**
     * The topic of this notification alone.
     *
     * @return the whole topic with its suffix, if set; else the service's, to which the push type's suffix is added
     */
    public Optional<String> topic() {
        return Optional.ofNullable(topic);
    }

    /**
     * How much it may disturb.
     *
     * @return the level, if set
     */
    public Optional<InterruptionLevel> interruptionLevel() {
        return Optional.ofNullable(interruptionLevel);
    }

    /**
     * The place in the system's summary.
     *
     * @return the score, if set
     */
    public OptionalDouble relevanceScore() {
        return relevanceScore == null ? OptionalDouble.empty() : OptionalDouble.of(relevanceScore);
    }

    /**
     * The window that the app brings forward.
     *
     * @return the {@code target-content-id}, if set
     */
    public Optional<String> targetContentId() {
        return Optional.ofNullable(targetContentId);
    }

    /**
     * Whether the app's service extension may change it before it is shown. A notification with an image always says so.
     *
     * @return false unless it was turned on
     */
    public boolean mutableContent() {
        return mutableContent;
    }

    /**
     * Whether an alert also wakes the app. A background notification always does.
     *
     * @return false unless it was turned on
     */
    public boolean contentAvailable() {
        return contentAvailable;
    }

    /**
     * What happens to a Live Activity.
     *
     * @return the event and its content, if set
     */
    public Optional<LiveActivity> liveActivity() {
        return Optional.ofNullable(liveActivity);
    }

    /** What a newer build has stored and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            pushType,
            priority,
            topic,
            interruptionLevel,
            relevanceScore,
            targetContentId,
            mutableContent,
            contentAvailable,
            liveActivity,
            kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApnsOptions o && Arrays.equals(state(), o.state());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state());
    }

    /** Shows headers, no content. */
    @Override
    public String toString() {
        return "ApnsOptions[" + (pushType == null ? "default type" : pushType) + ", "
                + (priority == null ? "default priority" : priority) + "]";
    }

    /** Builds {@link ApnsOptions}. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private @Nullable PushType pushType;
        private @Nullable Priority priority;
        private @Nullable String topic;
        private @Nullable InterruptionLevel interruptionLevel;
        private @Nullable Double relevanceScore;
        private @Nullable String targetContentId;
        private boolean mutableContent;
        private boolean contentAvailable;
        private @Nullable LiveActivity liveActivity;
        private KeptFields kept = KeptFields.NONE;

        private Builder() {}

        /**
         * The push type; it must agree with the content, the priority and the topic.
         *
         * @param value the type
         * @return this
         */
        public Builder pushType(PushType value) {
            pushType = Objects.requireNonNull(value, "pushType");
            return this;
        }

        /**
         * The priority.
         *
         * @param value the priority
         * @return this
         */
        public Builder priority(Priority value) {
            priority = Objects.requireNonNull(value, "priority");
            return this;
        }

        /**
         * Another topic than the service's, for this notification alone.
         *
         * @param value the whole topic, with the suffix that the push type asks for
         * @return this
         */
        public Builder topic(String value) {
            topic = Objects.requireNonNull(value, "topic");
            return this;
        }

        /**
         * How much it may disturb.
         *
         * @param value the level
         * @return this
         */
        public Builder interruptionLevel(InterruptionLevel value) {
            interruptionLevel = Objects.requireNonNull(value, "interruptionLevel");
            return this;
        }

        /**
         * The place in the system's summary: the highest score comes first.
         *
         * @param value from 0 to 1; for {@link PushType#LIVE_ACTIVITY} any number
         * @return this
         */
        public Builder relevanceScore(double value) {
            relevanceScore = value;
            return this;
        }

        /**
         * The window that the app brings forward.
         *
         * @param value the {@code target-content-id}
         * @return this
         */
        public Builder targetContentId(String value) {
            targetContentId = Objects.requireNonNull(value, "targetContentId");
            return this;
        }

        /**
         * Lets the app's service extension change it before it is shown.
         *
         * @param value true to allow it
         * @return this
         */
        public Builder mutableContent(boolean value) {
            mutableContent = value;
            return this;
        }

        /**
         * Lets an alert also wake the app.
         *
         * @param value true to wake it
         * @return this
         */
        public Builder contentAvailable(boolean value) {
            contentAvailable = value;
            return this;
        }

        /**
         * What happens to a Live Activity; the push type is then {@link PushType#LIVE_ACTIVITY}.
         *
         * @param value the event and its content
         * @return this
         */
        public Builder liveActivity(LiveActivity value) {
            liveActivity = Objects.requireNonNull(value, "liveActivity");
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the options. How they agree with the notification is known only when it is sent, and checked there.
         *
         * @return the options
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public ApnsOptions build() {
            Problems problems = new Problems("ApnsOptions");
            if (topic != null && !Topics.wellFormed(topic)) {
                problems.add("topic", "must be printable ASCII without spaces", Topics.FIX);
            }
            if (relevanceScore != null && !scoreFits(relevanceScore)) {
                problems.add("relevanceScore", "must be from 0 to 1, is " + relevanceScore, "Apple's range");
            }
            if (liveActivity != null && pushType != null && pushType != PushType.LIVE_ACTIVITY) {
                problems.add("pushType", "is " + pushType + ", but there is a liveActivity", "leave pushType out");
            }
            problems.throwIfAny();
            return new ApnsOptions(this);
        }

        private boolean scoreFits(double score) {
            boolean activity = pushType == PushType.LIVE_ACTIVITY || liveActivity != null;
            return activity ? Double.isFinite(score) : score >= 0 && score <= 1;
        }
    }
}
