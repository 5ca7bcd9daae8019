package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Text;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON body of a push: Apple's keys in {@code aps}, the host's data and ours beside it.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification">Generating a remote
 *     notification</a>
 */
final class Payload {

    /** Where the app finds the request's id; {@link Notification} keeps the key free. */
    static final String ID_KEY = "nk_id";

    /** Where the app's notification service extension finds the image: APNs itself has no key for one. */
    static final String IMAGE_KEY = "nk_image";

    private static final String DATA = "data";
    private static final int LONGEST_KEY_SHOWN = 64;

    private Payload() {}

    /** Writes the body. */
    static JsonWriter write(
            JsonWriter json, Notification n, @Nullable ApnsOptions options, PushType type, @Nullable String id) {
        json.open().key("aps").open();
        boolean background = type == PushType.BACKGROUND || type.reloads();
        LiveActivity activity = options == null ? null : options.liveActivity().orElse(null);
        if (activity != null) {
            LiveActivityPayload.write(json, n, activity);
        } else if (!background) {
            alert(json, n);
            present(json, n);
        }
        if (type.reloads()) {
            json.key("content-changed").yes();
        } else if (background || (options != null && options.contentAvailable())) {
            json.key("content-available").number(1);
        }
        if (n.image().isPresent() || (options != null && options.mutableContent())) {
            json.key("mutable-content").number(1);
        }
        if (options != null && !background) {
            extras(json, options);
        }
        json.close();
        for (Map.Entry<String, String> entry : n.data().entrySet()) {
            json.foreignKey(entry.getKey(), DATA).text(entry.getValue(), DATA);
        }
        if (n.image().isPresent()) {
            json.key(IMAGE_KEY).text(n.image().get(), "image");
        }
        if (id != null) {
            json.key(ID_KEY).text(id, ID_KEY);
        }
        return json.close();
    }

    private static void alert(JsonWriter json, Notification n) {
        if (n.title().isEmpty() && n.subtitle().isEmpty() && n.body().isEmpty()) {
            return;
        }
        json.key("alert").open();
        line(json, n.title(), "title", "title-loc-key", "title-loc-args");
        line(json, n.subtitle(), "subtitle", "subtitle-loc-key", "subtitle-loc-args");
        line(json, n.body(), "body", "loc-key", "loc-args");
        json.close();
    }

    private static void line(JsonWriter json, Optional<Text> text, String plain, String locKey, String locArgs) {
        if (text.isEmpty()) {
            return;
        }
        if (text.get() instanceof Text.Literal literal) {
            json.key(plain).text(literal.value(), plain);
        } else if (text.get() instanceof Text.Localized localized) {
            json.key(locKey).text(localized.key(), plain);
            if (!localized.args().isEmpty()) {
                json.key(locArgs).texts(localized.args(), plain);
            }
        }
    }

    private static void present(JsonWriter json, Notification n) {
        if (n.badge().isPresent()) {
            json.key("badge").number(n.badge().getAsInt());
        }
        text(json, "sound", n.sound(), "sound");
        text(json, "thread-id", n.thread(), "thread");
        text(json, "category", n.category(), "category");
    }

    private static void extras(JsonWriter json, ApnsOptions options) {
        text(json, "target-content-id", options.targetContentId(), "targetContentId");
        text(json, "interruption-level", options.interruptionLevel().map(l -> l.wire()), "interruptionLevel");
        if (options.relevanceScore().isPresent()) {
            json.key("relevance-score").number(options.relevanceScore().getAsDouble());
        }
    }

    static void text(JsonWriter json, String key, Optional<String> value, String field) {
        if (value.isPresent()) {
            json.key(key).text(value.get(), field);
        }
    }

    /**
     * What is wrong with a body that was written.
     *
     * @param what it is that may have so many bytes, in words
     */
    static Encoded.@Nullable Refused problem(JsonWriter json, Notification n, int maxBytes, String what) {
        String malformed = malformedField(json, n);
        if (malformed != null) {
            return new Encoded.Refused("INVALID_TEXT", malformed + ": holds half of a surrogate pair");
        }
        return json.bytes() <= maxBytes
                ? null
                : new Encoded.Refused(
                        "PAYLOAD_TOO_LARGE",
                        "notification: " + json.bytes() + " bytes of payload, at most " + maxBytes + " for " + what);
    }

    /** The field that cannot be said in UTF-8, by its name in the notification. */
    static @Nullable String malformedField(JsonWriter json, Notification n) {
        String field = json.malformedField();
        if (!DATA.equals(field)) {
            return field;
        }
        for (Map.Entry<String, String> entry : n.data().entrySet()) {
            JsonWriter alone = JsonWriter.measuring().text(entry.getKey(), DATA).text(entry.getValue(), DATA);
            if (alone.malformedField() != null && showable(entry.getKey())) {
                return "data '" + entry.getKey() + "'";
            }
        }
        return field;
    }

    private static boolean showable(String key) {
        return key.length() <= LONGEST_KEY_SHOWN && key.chars().allMatch(c -> c >= ' ' && c < 127);
    }
}
