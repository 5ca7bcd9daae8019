package dev.notifykit.testkit.internal.fcm;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.notifykit.testkit.reply.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * FCM's size limit: 4,096 bytes, 2,048 to a topic or condition, keys and values counted. Google does not say exactly what counts. Here
 * it is, in UTF-8 bytes and without the JSON around them, all keys and scalar values in {@code notification}, {@code data},
 * {@code android.notification} and {@code android.data} together; apart from that {@code apns.payload} as compact JSON.
 */
final class MessageSize {
    private static final int MAX = 4096;
    private static final int MAX_TOPIC = 2048;

    private MessageSize() {}

    static Reply.@Nullable Answer check(JsonObject message) {
        int limit = message.has("topic") || message.has("condition") ? MAX_TOPIC : MAX;
        JsonObject android = MessageRules.objectIn(message, "android");
        long size = size(message.get("notification"))
                + size(message.get("data"))
                + size(android.get("notification"))
                + size(android.get("data"));
        JsonElement payload = MessageRules.objectIn(message, "apns").get("payload");
        boolean tooLarge = size > limit || (payload != null && utf8(payload.toString()) > limit);
        return tooLarge ? FcmErrors.fcm(400, "INVALID_ARGUMENT", FcmErrors.TOO_LARGE) : null;
    }

    private static long size(@Nullable JsonElement element) {
        long size = 0;
        if (element instanceof JsonObject object) {
            for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
                size += utf8(entry.getKey()) + size(entry.getValue());
            }
        } else if (element instanceof JsonArray array) {
            for (JsonElement item : array) {
                size += size(item);
            }
        } else if (element instanceof JsonPrimitive primitive) {
            size = utf8(primitive.getAsString());
        }
        return size;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
