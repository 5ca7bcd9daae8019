package dev.notifykit.testkit.internal.fcm;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.notifykit.testkit.internal.Json;
import dev.notifykit.testkit.internal.server.Request;
import dev.notifykit.testkit.internal.server.Verdict;
import dev.notifykit.testkit.reply.Reply;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * FCM's rules for a message; the first one that is broken answers. Names are taken in snake_case and camelCase alike, as Google does.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages">Firebase: projects.messages</a>
 */
final class MessageRules {
    /** Where a client puts the id that the journal counts by. */
    private static final String ID_KEY = "nk_id";

    private static final List<String> TARGETS = List.of("token", "fid", "topic", "condition");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_:-]{1,4096}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9-_.~%]{1,900}");
    private static final Set<String> RESERVED_KEYS = Set.of("from", "message_type");
    private static final Pattern DURATION = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?s");
    private static final long MAX_TTL_SECONDS = 2_419_200;
    private static final Set<String> PRIORITIES = Set.of("NORMAL", "HIGH", "normal", "high");
    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

    private MessageRules() {}

    static Verdict examine(Request request, String project) {
        JsonObject body = Json.object(request.bodyText());
        if (body == null) {
            return FcmVendor.refused(FcmErrors.plain(
                    400, "INVALID_ARGUMENT", "Invalid JSON payload received. The body is not one JSON object."));
        }
        Reply.Answer refusal = checkShape(body);
        JsonObject message = objectIn(body, "message");
        refusal = refusal != null ? refusal : checkTarget(message);
        refusal = refusal != null ? refusal : checkData(message);
        refusal = refusal != null ? refusal : checkAndroid(objectIn(message, "android"));
        refusal = refusal != null ? refusal : MessageSize.check(message);
        if (refusal != null) {
            return FcmVendor.refused(refusal);
        }
        boolean dryRun = get(body, "validate_only") instanceof JsonPrimitive flag && flag.getAsBoolean();
        return new Verdict.Admitted(targetOf(message), idOf(message), dryRun, project);
    }

    private static Reply.@Nullable Answer checkShape(JsonObject body) {
        String unknown = MessageShape.unknownName(body);
        if (unknown != null) {
            return FcmErrors.badField(unknown, "Invalid JSON payload received. Unknown name: Cannot find field.");
        }
        return body.get("message") instanceof JsonObject
                ? null
                : FcmErrors.badMessage("message", "Message is missing or no object.");
    }

    private static Reply.@Nullable Answer checkTarget(JsonObject message) {
        List<String> given = TARGETS.stream().filter(message::has).toList();
        if (given.isEmpty()) {
            return FcmErrors.badMessage("message", "Recipient of the message is not set.");
        }
        if (given.size() > 1) {
            return FcmErrors.badField(
                    "message." + given.get(1), "The target is already set by '" + given.get(0) + "'.");
        }
        String kind = given.get(0);
        if (!(message.get(kind) instanceof JsonPrimitive value) || !value.isString()) {
            return FcmErrors.badField("message." + kind, "Invalid value (TYPE_STRING).");
        }
        return checkTargetValue(kind, value.getAsString());
    }

    private static Reply.@Nullable Answer checkTargetValue(String kind, String value) {
        return switch (kind) {
            case "token", "fid" ->
                TOKEN.matcher(value).matches() ? null : FcmErrors.fcm(400, "INVALID_ARGUMENT", FcmErrors.BAD_TOKEN);
            case "topic" ->
                TOPIC.matcher(value).matches() ? null : FcmErrors.badMessage("message.topic", "Invalid topic name.");
            default ->
                value.contains(" in topics")
                        ? null
                        : FcmErrors.badMessage("message.condition", "Invalid condition expression provided.");
        };
    }

    private static Reply.@Nullable Answer checkData(JsonObject message) {
        Reply.Answer refusal = checkData(message.get("data"), "message.data");
        return refusal != null
                ? refusal
                : checkData(objectIn(message, "android").get("data"), "message.android.data");
    }

    private static Reply.@Nullable Answer checkData(@Nullable JsonElement data, String path) {
        if (data == null) {
            return null;
        }
        if (!(data instanceof JsonObject entries)) {
            return FcmErrors.badField(path, "Invalid value (Map).");
        }
        for (Map.Entry<String, JsonElement> entry : entries.entrySet()) {
            if (!(entry.getValue() instanceof JsonPrimitive value) || !value.isString()) {
                return FcmErrors.badField(path + "[].value", "Invalid value (TYPE_STRING).");
            }
            if (isReserved(entry.getKey())) {
                return FcmErrors.badMessage(path, "Invalid data payload key: " + entry.getKey());
            }
        }
        return null;
    }

    private static boolean isReserved(String key) {
        return RESERVED_KEYS.contains(key) || key.startsWith("google") || key.startsWith("gcm");
    }

    private static Reply.@Nullable Answer checkAndroid(JsonObject android) {
        if (get(android, "ttl") instanceof JsonPrimitive ttl && !isTtl(ttl.getAsString())) {
            return FcmErrors.badField("message.android.ttl", "Illegal duration; it must be 0s to 2419200s.");
        }
        if (get(android, "priority") instanceof JsonPrimitive priority
                && !PRIORITIES.contains(priority.getAsString())) {
            return FcmErrors.badField("message.android.priority", "Invalid value (AndroidMessagePriority).");
        }
        if (get(objectIn(android, "notification"), "color") instanceof JsonPrimitive color
                && !COLOR.matcher(color.getAsString()).matches()) {
            return FcmErrors.badMessage("message.android.notification.color", "Invalid color; it must be #rrggbb.");
        }
        return null;
    }

    private static boolean isTtl(String ttl) {
        return DURATION.matcher(ttl).matches()
                && Double.parseDouble(ttl.substring(0, ttl.length() - 1)) <= MAX_TTL_SECONDS;
    }

    private static String targetOf(JsonObject message) {
        for (String kind : TARGETS) {
            if (message.get(kind) instanceof JsonPrimitive value) {
                return value.getAsString();
            }
        }
        throw new IllegalStateException("checkTarget lets no message pass without a target");
    }

    private static @Nullable String idOf(JsonObject message) {
        JsonElement id = objectIn(message, "data").get(ID_KEY);
        JsonElement own =
                id != null ? id : objectIn(objectIn(message, "android"), "data").get(ID_KEY);
        return own instanceof JsonPrimitive text ? text.getAsString() : null;
    }

    /** A member by its snake_case name, or by the same in camelCase. */
    static @Nullable JsonElement get(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null ? value : object.get(MessageShape.camel(name));
    }

    /** A member that is an object; an empty one where it is missing. */
    static JsonObject objectIn(JsonObject object, String name) {
        return get(object, name) instanceof JsonObject child ? child : new JsonObject();
    }
}
