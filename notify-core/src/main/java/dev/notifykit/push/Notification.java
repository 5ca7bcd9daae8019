package dev.notifykit.push;

import dev.notifykit.codec.KeptFields;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is said: content that every provider understands, plus typed options for one provider. A field that a provider does not have
 * is left out there. Immutable, with value equality; {@link #toString()} shows no content.
 *
 * <p>An <em>alert</em> shows something (text, badge or sound); a <em>background</em> notification wakes the app and shows nothing:
 * {@code content-available} at APNs, a data message at FCM.
 */
public final class Notification {

    private final boolean background;
    private final @Nullable Text title;
    private final @Nullable Text subtitle;
    private final @Nullable Text body;
    private final @Nullable Integer badge;
    private final @Nullable String sound;
    private final @Nullable String image;
    private final @Nullable String thread;
    private final @Nullable String category;
    private final Map<String, String> data;
    private final Map<ProviderId, ProviderOptions> options;
    private final KeptFields kept;

    private Notification(Builder b) {
        background = b.background;
        title = b.title;
        subtitle = b.subtitle;
        body = b.body;
        badge = b.badge;
        sound = b.sound;
        image = b.image;
        thread = b.thread;
        category = b.category;
        data = Collections.unmodifiableMap(new LinkedHashMap<>(b.data));
        options = Map.copyOf(b.options);
        kept = b.kept;
    }

    /**
     * Starts an empty notification.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * An alert with a title and a body.
     *
     * @param title the first line
     * @param body the text
     * @return the notification
     */
    public static Notification alert(String title, String body) {
        return builder().title(title).body(body).build();
    }

    /**
     * Whether it wakes the app without showing anything.
     *
     * @return true for a background notification
     */
    public boolean background() {
        return background;
    }

    /**
     * The first line.
     *
     * @return the title, if set
     */
    public Optional<Text> title() {
        return Optional.ofNullable(title);
    }

    /**
     * The second line; only APNs shows it.
     *
     * @return the subtitle, if set
     */
    public Optional<Text> subtitle() {
        return Optional.ofNullable(subtitle);
    }

    /**
     * The text.
     *
     * @return the body, if set
     */
    public Optional<Text> body() {
        return Optional.ofNullable(body);
    }

    /**
     * The number on the app's icon; 0 removes it.
     *
     * @return the badge, if set
     */
    public OptionalInt badge() {
        return badge == null ? OptionalInt.empty() : OptionalInt.of(badge);
    }

    /**
     * The name of the sound; {@code default} is the device's own.
     *
     * @return the sound, if set
     */
    public Optional<String> sound() {
        return Optional.ofNullable(sound);
    }

    /**
     * The address of an image to show.
     *
     * @return the image, if set
     */
    public Optional<String> image() {
        return Optional.ofNullable(image);
    }

    /**
     * Groups notifications on the device: {@code thread-id} at APNs. It does not replace an earlier one; the request's collapse id
     * does.
     *
     * @return the thread, if set
     */
    public Optional<String> thread() {
        return Optional.ofNullable(thread);
    }

    /**
     * The kind of notification, which decides what buttons it has: {@code category} at APNs, {@code click_action} at FCM.
     *
     * @return the category, if set
     */
    public Optional<String> category() {
        return Optional.ofNullable(category);
    }

    /**
     * What the app reads, in the order in which it was added: keys beside {@code aps} at APNs, {@code data} at FCM.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> data() {
        return data;
    }

    /**
     * The options for one provider.
     *
     * @param provider whose options
     * @param type their type
     * @param <T> their type
     * @return the options, if set
     * @throws ClassCastException when the options that were set for this provider have another type
     */
    public <T extends ProviderOptions> Optional<T> options(ProviderId provider, Class<T> type) {
        ProviderOptions found = options.get(provider);
        return found == null ? Optional.empty() : Optional.of(type.cast(found));
    }

    Map<ProviderId, ProviderOptions> options() {
        return options;
    }

    /** What a newer build has written and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    /**
     * A builder that holds what this notification holds.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.background = background;
        b.title = title;
        b.subtitle = subtitle;
        b.body = body;
        b.badge = badge;
        b.sound = sound;
        b.image = image;
        b.thread = thread;
        b.category = category;
        b.data.putAll(data);
        b.options.putAll(options);
        b.kept = kept;
        return b;
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            background, title, subtitle, body, badge, sound, image, thread, category, data, options, kept
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Notification n && Arrays.equals(state(), n.state());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state());
    }

    @Override
    public String toString() {
        return "Notification[" + (background ? "background" : "alert") + ", " + data.size() + " data fields]";
    }

    /** Builds a {@link Notification}. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private boolean background;
        private @Nullable Text title;
        private @Nullable Text subtitle;
        private @Nullable Text body;
        private @Nullable Integer badge;
        private @Nullable String sound;
        private @Nullable String image;
        private @Nullable String thread;
        private @Nullable String category;
        private final Map<String, String> data = new LinkedHashMap<>();
        private final Map<ProviderId, ProviderOptions> options = new LinkedHashMap<>();
        private KeptFields kept = KeptFields.NONE;

        private Builder() {}

        /**
         * Wakes the app and shows nothing.
         *
         * @return this
         */
        public Builder background() {
            background = true;
            return this;
        }

        /**
         * The first line.
         *
         * @param value as it stands
         * @return this
         */
        public Builder title(String value) {
            return title(Text.of(value));
        }

        /**
         * The first line.
         *
         * @param value as it stands or by key
         * @return this
         */
        public Builder title(Text value) {
            title = Objects.requireNonNull(value, "title");
            return this;
        }

        /**
         * The second line.
         *
         * @param value as it stands
         * @return this
         */
        public Builder subtitle(String value) {
            return subtitle(Text.of(value));
        }

        /**
         * The second line.
         *
         * @param value as it stands or by key
         * @return this
         */
        public Builder subtitle(Text value) {
            subtitle = Objects.requireNonNull(value, "subtitle");
            return this;
        }

        /**
         * The text.
         *
         * @param value as it stands
         * @return this
         */
        public Builder body(String value) {
            return body(Text.of(value));
        }

        /**
         * The text.
         *
         * @param value as it stands or by key
         * @return this
         */
        public Builder body(Text value) {
            body = Objects.requireNonNull(value, "body");
            return this;
        }

        /**
         * The number on the app's icon.
         *
         * @param value 0 removes it
         * @return this
         */
        public Builder badge(int value) {
            badge = value;
            return this;
        }

        /**
         * The sound.
         *
         * @param value its name; {@code default} is the device's own
         * @return this
         */
        public Builder sound(String value) {
            sound = Objects.requireNonNull(value, "sound");
            return this;
        }

        /**
         * An image to show.
         *
         * @param value its {@code https} address
         * @return this
         */
        public Builder image(String value) {
            image = Objects.requireNonNull(value, "image");
            return this;
        }

        /**
         * The group it stands in on the device.
         *
         * @param value the group's name
         * @return this
         */
        public Builder thread(String value) {
            thread = Objects.requireNonNull(value, "thread");
            return this;
        }

        /**
         * The kind of notification.
         *
         * @param value a category that the app has registered
         * @return this
         */
        public Builder category(String value) {
            category = Objects.requireNonNull(value, "category");
            return this;
        }

        /**
         * Adds one field for the app to read.
         *
         * @param key the field's name; {@code aps} and {@code nk_id} are taken
         * @param value its value
         * @return this
         */
        public Builder data(String key, String value) {
            data.put(key, Objects.requireNonNull(value, key));
            return this;
        }

        /**
         * Adds options for one provider; a second call for the same provider replaces the first.
         *
         * @param value the options
         * @return this
         */
        public Builder options(ProviderOptions value) {
            options.put(value.provider(), value);
            return this;
        }

        Builder kept(KeptFields value) {
            kept = value;
            return this;
        }

        /**
         * Builds the notification.
         *
         * @return the notification
         * @throws InvalidConfigurationException naming every problem: an alert that shows nothing, a background notification that
         *     shows something, a data key that is empty or taken
         */
        public Notification build() {
            Problems problems = new Problems("Notification");
            boolean shows = title != null || subtitle != null || body != null || badge != null || sound != null;
            if (background && (shows || image != null)) {
                problems.add("background", "a background notification shows nothing", "remove the visible fields");
            }
            if (!background && !shows) {
                problems.add(
                        "title", "an alert must show something", "set title, body, badge or sound, or background()");
            }
            if (badge != null && badge < 0) {
                problems.add("badge", "must be 0 or more, is " + badge, "0 removes the badge");
            }
            if (image != null && !image.startsWith("https://")) {
                problems.add("image", "must be an https address", "devices refuse to load anything else");
            }
            for (String key : data.keySet()) {
                if (key.isBlank() || key.equals("aps") || key.equals("nk_id")) {
                    problems.add("data", "the key '" + key + "' is empty or taken", "choose another key");
                }
            }
            problems.throwIfAny();
            return new Notification(this);
        }
    }
}
