package dev.notifykit.testkit.internal.fcm;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that Google's parser knows; any other one is refused. Free-form objects (payloads, data, headers) are not looked into. */
final class MessageShape {
    private static final Set<String> REQUEST = names("validate_only", "message");
    private static final Set<String> MESSAGE = names(
            "name",
            "data",
            "notification",
            "android",
            "android_v2",
            "webpush",
            "apns",
            "fcm_options",
            "token",
            "fid",
            "topic",
            "condition");
    private static final Set<String> NOTIFICATION = names("title", "body", "image");
    private static final Set<String> ANDROID = names(
            "collapse_key",
            "priority",
            "ttl",
            "restricted_package_name",
            "data",
            "notification",
            "fcm_options",
            "direct_boot_ok",
            "bandwidth_constrained_ok",
            "restricted_satellite_ok");
    private static final Set<String> ANDROID_NOTIFICATION = names(
            "title",
            "body",
            "icon",
            "color",
            "sound",
            "tag",
            "click_action",
            "body_loc_key",
            "body_loc_args",
            "title_loc_key",
            "title_loc_args",
            "channel_id",
            "ticker",
            "sticky",
            "event_time",
            "local_only",
            "notification_priority",
            "default_sound",
            "default_vibrate_timings",
            "default_light_settings",
            "vibrate_timings",
            "visibility",
            "notification_count",
            "light_settings",
            "image",
            "proxy",
            "bypass_proxy_notification");
    private static final Set<String> APNS = names("headers", "payload", "fcm_options", "live_activity_token");
    private static final Set<String> WEBPUSH = names("headers", "data", "notification", "fcm_options");

    private MessageShape() {}

    /** The path of the first unknown name, or null. */
    static @Nullable String unknownName(JsonObject body) {
        String unknown = unknownIn(body, REQUEST, "");
        JsonObject message = MessageRules.objectIn(body, "message");
        JsonObject android = MessageRules.objectIn(message, "android");
        unknown = unknown != null ? unknown : unknownIn(message, MESSAGE, "message.");
        unknown = unknown != null
                ? unknown
                : unknownIn(MessageRules.objectIn(message, "notification"), NOTIFICATION, "message.notification.");
        unknown = unknown != null ? unknown : unknownIn(android, ANDROID, "message.android.");
        unknown = unknown != null
                ? unknown
                : unknownIn(
                        MessageRules.objectIn(android, "notification"),
                        ANDROID_NOTIFICATION,
                        "message.android.notification.");
        unknown = unknown != null ? unknown : unknownIn(MessageRules.objectIn(message, "apns"), APNS, "message.apns.");
        return unknown != null
                ? unknown
                : unknownIn(MessageRules.objectIn(message, "webpush"), WEBPUSH, "message.webpush.");
    }

    /** {@code fcm_options} as {@code fcmOptions}. */
    static String camel(String snake) {
        if (snake.indexOf('_') < 0) {
            return snake;
        }
        StringBuilder camel = new StringBuilder(snake.length());
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            if (c == '_' && i + 1 < snake.length()) {
                camel.append(Character.toUpperCase(snake.charAt(++i)));
            } else {
                camel.append(c);
            }
        }
        return camel.toString();
    }

    private static @Nullable String unknownIn(JsonObject object, Set<String> known, String path) {
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (!known.contains(entry.getKey())) {
                return path + entry.getKey();
            }
        }
        return null;
    }

    private static Set<String> names(String... snakeNames) {
        Set<String> names = new HashSet<>();
        for (String name : snakeNames) {
            names.add(name);
            names.add(camel(name));
        }
        return Set.copyOf(names);
    }
}
