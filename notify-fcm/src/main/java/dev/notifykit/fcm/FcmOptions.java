package dev.notifykit.fcm;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What only FCM knows of a notification; set it with {@code Notification.builder().options(…)}. Everything is optional. What is
 * only visible (channel, icon, colour, tag, click action) is left out of a background notification. Immutable, with value equality.
 *
 * <p><b>Collapse key or tag?</b> A tag replaces what the device shows. A collapse key makes FCM forget earlier messages of the key
 * while the device is away; it takes at most four keys per device and lets collapsible messages through in bursts of 20 per device
 * and app only. So a collapse key is for a few constants such as {@code sync}, never for ids.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#AndroidConfig">FCM: AndroidConfig</a>
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas">FCM: throttling and quotas</a>
 */
public final class FcmOptions implements ProviderOptions {

    /** How FCM treats a device that sleeps. */
    public enum AndroidPriority {
        /** Delivered when the device next wakes; spares its battery. */
        NORMAL,
        /** Wakes the device. FCM lowers it for apps whose high-priority messages show nothing. */
        HIGH
    }

    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\-_.~%]{1,50}");

    /** What holds for a notification without options. */
    static final FcmOptions NONE = builder().build();

    private final @Nullable AndroidPriority androidPriority;
    private final @Nullable String channelId;
    private final @Nullable String icon;
    private final @Nullable String color;
    private final @Nullable String tag;
    private final @Nullable String collapseKey;
    private final @Nullable String clickAction;
    private final @Nullable Boolean directBootOk;
    private final @Nullable String analyticsLabel;
    private final KeptFields kept;

    private FcmOptions(Builder b) {
        androidPriority = b.androidPriority;
        channelId = b.channelId;
        icon = b.icon;
        color = b.color;
        tag = b.tag;
        collapseKey = b.collapseKey;
        clickAction = b.clickAction;
        directBootOk = b.directBootOk;
        analyticsLabel = b.analyticsLabel;
        kept = b.kept;
    }

    /**
     * Starts empty options.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** {@link ProviderId#FCM}. */
    @Override
    public ProviderId provider() {
        return ProviderId.FCM;
    }

    /**
     * How FCM treats a sleeping device; {@link AndroidPriority#HIGH} for an alert and {@link AndroidPriority#NORMAL} for a
     * background notification when not set.
     *
     * @return the value, if set
     */
    public Optional<AndroidPriority> androidPriority() {
        return Optional.ofNullable(androidPriority);
    }

    /**
     * The notification channel (Android 8 and later); the app's default channel when not set.
     *
     * @return the value, if set
     */
    public Optional<String> channelId() {
        return Optional.ofNullable(channelId);
    }

    /**
     * The small icon.
     *
     * @return the value, if set
     */
    public Optional<String> icon() {
        return Optional.ofNullable(icon);
    }

    /**
     * The icon's colour.
     *
     * @return the value, if set
     */
    public Optional<String> color() {
        return Optional.ofNullable(color);
    }

    /**
     * Replaces a shown notification with the same tag; the request's collapse id, else its id, when not set.
     *
     * @return the value, if set
     */
    public Optional<String> tag() {
        return Optional.ofNullable(tag);
    }

    /**
     * Lets FCM keep only the last message of a key while a device is away; see the class documentation before setting it.
     *
     * @return the value, if set
     */
    public Optional<String> collapseKey() {
        return Optional.ofNullable(collapseKey);
    }

    /**
     * What a tap starts; the notification's category when not set.
     *
     * @return the value, if set
     */
    public Optional<String> clickAction() {
        return Optional.ofNullable(clickAction);
    }

    /**
     * Whether the message may reach the app before the first unlock; not when not set.
     *
     * @return the value, if set
     */
    public Optional<Boolean> directBootOk() {
        return Optional.ofNullable(directBootOk);
    }

    /**
     * The label under which Firebase counts the message.
     *
     * @return the value, if set
     */
    public Optional<String> analyticsLabel() {
        return Optional.ofNullable(analyticsLabel);
    }

    /** What a newer build has stored and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            androidPriority, channelId, icon, color, tag, collapseKey, clickAction, directBootOk, analyticsLabel, kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FcmOptions o && Arrays.equals(state(), o.state());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state());
    }

    @Override
    public String toString() {
        return "FcmOptions[androidPriority=" + androidPriority + "]";
    }

    /** Builds {@link FcmOptions}. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private @Nullable AndroidPriority androidPriority;
        private @Nullable String channelId;
        private @Nullable String icon;
        private @Nullable String color;
        private @Nullable String tag;
        private @Nullable String collapseKey;
        private @Nullable String clickAction;
        private @Nullable Boolean directBootOk;
        private @Nullable String analyticsLabel;
        private KeptFields kept = KeptFields.NONE;

        private Builder() {}

        /**
         * How FCM treats a sleeping device.
         *
         * @param value the priority
         * @return this
         */
        public Builder androidPriority(AndroidPriority value) {
            androidPriority = Objects.requireNonNull(value, "androidPriority");
            return this;
        }

        /**
         * The notification channel (Android 8 and later).
         *
         * @param value a channel that the app has made
         * @return this
         */
        public Builder channelId(String value) {
            channelId = Objects.requireNonNull(value, "channelId");
            return this;
        }

        /**
         * The small icon.
         *
         * @param value the name of a drawable in the app
         * @return this
         */
        public Builder icon(String value) {
            icon = Objects.requireNonNull(value, "icon");
            return this;
        }

        /**
         * The icon's colour.
         *
         * @param value {@code #rrggbb}
         * @return this
         */
        public Builder color(String value) {
            color = Objects.requireNonNull(value, "color");
            return this;
        }

        /**
         * Replaces a shown notification with the same tag.
         *
         * @param value at most 64 bytes
         * @return this
         */
        public Builder tag(String value) {
            tag = Objects.requireNonNull(value, "tag");
            return this;
        }

        /**
         * Lets FCM keep only the last message of a key while a device is away.
         *
         * @param value one of at most four constants, at most 64 bytes
         * @return this
         */
        public Builder collapseKey(String value) {
            collapseKey = Objects.requireNonNull(value, "collapseKey");
            return this;
        }

        /**
         * What a tap starts.
         *
         * @param value the action of an intent filter in the app
         * @return this
         */
        public Builder clickAction(String value) {
            clickAction = Objects.requireNonNull(value, "clickAction");
            return this;
        }

        /**
         * Whether the message may reach the app before the first unlock.
         *
         * @param value true for apps that are direct-boot aware
         * @return this
         */
        public Builder directBootOk(boolean value) {
            directBootOk = value;
            return this;
        }

        /**
         * The label under which Firebase counts the message.
         *
         * @param value 1 to 50 of {@code a-z A-Z 0-9 - _ . ~ %}
         * @return this
         */
        public Builder analyticsLabel(String value) {
            analyticsLabel = Objects.requireNonNull(value, "analyticsLabel");
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the options.
         *
         * @return the options
         * @throws InvalidConfigurationException naming every problem
         */
        public FcmOptions build() {
            Problems problems = new Problems("FcmOptions");
            notBlank(problems, "channelId", channelId);
            notBlank(problems, "icon", icon);
            notBlank(problems, "clickAction", clickAction);
            key(problems, "tag", tag);
            key(problems, "collapseKey", collapseKey);
            if (color != null && !COLOR.matcher(color).matches()) {
                problems.add("color", "must be a colour like #ff8800", "FCM takes #rrggbb only");
            }
            if (analyticsLabel != null && !LABEL.matcher(analyticsLabel).matches()) {
                problems.add(
                        "analyticsLabel",
                        "must have 1 to 50 of the characters a-z A-Z 0-9 - _ . ~ %",
                        "FCM refuses others");
            }
            problems.throwIfAny();
            return new FcmOptions(this);
        }

        private static void notBlank(Problems problems, String field, @Nullable String value) {
            if (value != null && value.isBlank()) {
                problems.add(field, "must not be blank", "leave it unset instead");
            }
        }

        private static void key(Problems problems, String field, @Nullable String value) {
            if (value != null && !MessageEncoder.isKey(value)) {
                problems.add(field, MessageEncoder.KEY_RULE, "use a short constant or id");
            }
        }
    }
}
