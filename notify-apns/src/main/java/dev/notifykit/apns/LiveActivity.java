package dev.notifykit.apns;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.Problems;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a Live Activity: it begins, has a new state, or ends. Part of {@link ApnsOptions}; the notification's title, body and sound, if
 * it has any, are the alert that comes with it, and a background notification is one without. States are JSON as the app's types decode it
 * by default; what is no JSON object is refused here. Immutable, with value equality; {@link #toString()} shows no content.
 *
 * @see <a
 *     href="https://developer.apple.com/documentation/activitykit/starting-and-updating-live-activities-with-activitykit-push-notifications">Starting
 *     and updating Live Activities with ActivityKit push notifications</a>
 */
public final class LiveActivity {

    private final Event event;
    private final Instant timestamp;
    private final @Nullable String contentState;
    private final @Nullable Instant staleDate;
    private final @Nullable Instant dismissalDate;
    private final @Nullable String attributesType;
    private final @Nullable String attributes;
    private final @Nullable String inputChannel;
    private final KeptFields kept;

    private LiveActivity(Builder b, Instant timestamp) {
        event = b.event;
        this.timestamp = timestamp;
        contentState = b.contentState;
        staleDate = b.staleDate;
        dismissalDate = b.dismissalDate;
        attributesType = b.attributesType;
        attributes = b.attributes;
        inputChannel = b.inputChannel;
        kept = b.kept;
    }

    /** What happens to it. */
    public enum Event {
        /** It begins; never on a channel. */
        START("start"),
        /** It has a new state. */
        UPDATE("update"),
        /** It ends, and should say its last state. */
        END("end");

        private final String wire;

        Event(String wire) {
            this.wire = wire;
        }

        String wire() {
            return wire;
        }
    }

    /**
     * One begins, sent to a push-to-start token.
     *
     * @param attributesType the name of the app's type of attributes
     * @param attributes what never changes about it, a JSON object
     * @param contentState its first state, a JSON object
     * @return a new builder
     */
    public static Builder start(String attributesType, String attributes, String contentState) {
        Builder b = new Builder(Event.START);
        b.attributesType = Objects.requireNonNull(attributesType, "attributesType");
        b.attributes = Objects.requireNonNull(attributes, "attributes");
        return b.contentState(contentState);
    }

    /**
     * It has a new state.
     *
     * @param contentState the whole state, a JSON object
     * @return a new builder
     */
    public static Builder update(String contentState) {
        return new Builder(Event.UPDATE).contentState(contentState);
    }

    /**
     * It ends.
     *
     * @return a new builder; its last state should be said
     */
    public static Builder end() {
        return new Builder(Event.END);
    }

    /**
     * What happens to it.
     *
     * @return the event
     */
    public Event event() {
        return event;
    }

    /**
     * When this was so: a device leaves out what is older than what it shows.
     *
     * @return the moment
     */
    public Instant timestamp() {
        return timestamp;
    }

    /**
     * Its state.
     *
     * @return a JSON object, if set
     */
    public Optional<String> contentState() {
        return Optional.ofNullable(contentState);
    }

    /**
     * When its state is out of date.
     *
     * @return the moment, if set
     */
    public Optional<Instant> staleDate() {
        return Optional.ofNullable(staleDate);
    }

    /**
     * When one that has ended is taken from the screen.
     *
     * @return the moment, if set; else after four hours
     */
    public Optional<Instant> dismissalDate() {
        return Optional.ofNullable(dismissalDate);
    }

    /**
     * The app's type of attributes.
     *
     * @return the name of one that begins
     */
    public Optional<String> attributesType() {
        return Optional.ofNullable(attributesType);
    }

    /**
     * What never changes about it.
     *
     * @return a JSON object of one that begins
     */
    public Optional<String> attributes() {
        return Optional.ofNullable(attributes);
    }

    /**
     * The channel on which one that begins hears what happens to it.
     *
     * @return the channel's id, if set
     */
    public Optional<String> inputChannel() {
        return Optional.ofNullable(inputChannel);
    }

    /** What a newer build has stored and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            event, timestamp, contentState, staleDate, dismissalDate, attributesType, attributes, inputChannel, kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LiveActivity o && Arrays.equals(state(), o.state());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state());
    }

    @Override
    public String toString() {
        return "LiveActivity[" + event + "]";
    }

    /** Builds a {@link LiveActivity}. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private final Event event;
        private @Nullable Instant timestamp;
        private @Nullable String contentState;
        private @Nullable Instant staleDate;
        private @Nullable Instant dismissalDate;
        private @Nullable String attributesType;
        private @Nullable String attributes;
        private @Nullable String inputChannel;
        private KeptFields kept = KeptFields.NONE;

        Builder(Event event) {
            this.event = event;
        }

        /**
         * Its state.
         *
         * @param json a JSON object
         * @return this
         */
        public Builder contentState(String json) {
            contentState = Objects.requireNonNull(json, "contentState");
            return this;
        }

        /**
         * When this is so; the moment of {@link #build()} when not set.
         *
         * @param value the moment; whole seconds travel
         * @return this
         */
        public Builder timestamp(Instant value) {
            timestamp = Objects.requireNonNull(value, "timestamp");
            return this;
        }

        /**
         * When its state is out of date: the app may then show so.
         *
         * @param value the moment; whole seconds travel
         * @return this
         */
        public Builder staleDate(Instant value) {
            staleDate = Objects.requireNonNull(value, "staleDate");
            return this;
        }

        /**
         * When one that ends is taken from the screen: at once if that has passed, after four hours at the latest.
         *
         * @param value the moment; whole seconds travel
         * @return this
         */
        public Builder dismissalDate(Instant value) {
            dismissalDate = Objects.requireNonNull(value, "dismissalDate");
            return this;
        }

        /**
         * Where one that begins hears what happens to it: from a broadcast on this channel, instead of pushes of its own.
         *
         * @param channelId the channel's id, see {@link ApnsChannel}
         * @return this
         */
        public Builder inputChannel(String channelId) {
            inputChannel = Objects.requireNonNull(channelId, "inputChannel");
            return this;
        }

        Builder attributes(@Nullable String type, @Nullable String json) {
            attributesType = type;
            attributes = json;
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds it.
         *
         * @return the Live Activity
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public LiveActivity build() {
            Problems problems = new Problems("LiveActivity");
            json(problems, "contentState", contentState, event != Event.END);
            json(problems, "attributes", attributes, event == Event.START);
            if (event == Event.START) {
                problems.require(
                        attributesType != null && !attributesType.isBlank(),
                        "attributesType",
                        "must not be empty",
                        "the name of the app's type");
            } else {
                problems.require(
                        inputChannel == null,
                        "inputChannel",
                        "is said when it begins, not at " + event,
                        "leave it out");
            }
            problems.require(
                    dismissalDate == null || event == Event.END,
                    "dismissalDate",
                    "is said at its end, not at " + event,
                    "leave it out");
            if (inputChannel != null && !ApnsChannel.wellFormed(inputChannel)) {
                problems.add("inputChannel", "is no channel's id", "in Base64, as Apple gave it out");
            }
            problems.throwIfAny();
            return new LiveActivity(this, timestamp == null ? Instant.now() : timestamp);
        }

        private static void json(Problems problems, String field, @Nullable String value, boolean needed) {
            problems.require(
                    value == null ? !needed : JsonText.isObject(value),
                    field,
                    value == null ? "is missing" : "is no JSON object",
                    "as the app's type is encoded by default");
        }
    }
}
