package dev.notifykit.testkit.internal.fcm;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.notifykit.testkit.reply.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Google's error bodies: {@code {"error":{"code","message","status","details":[…]}}}.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">Firebase: ErrorCode</a>
 */
public final class FcmErrors {
    /** By this very text FCM says that the token, and not the message, is what is wrong. */
    public static final String BAD_TOKEN = "The registration token is not a valid FCM registration token";

    static final String TOO_LARGE = "Message is too large. The maximum is 4K (4096 bytes).";

    private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
    private static final String QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure";
    private static final String UNKNOWN = "UNKNOWN";

    private static final Map<Integer, String> STATUSES = Map.ofEntries(
            Map.entry(400, "INVALID_ARGUMENT"),
            Map.entry(401, "UNAUTHENTICATED"),
            Map.entry(403, "PERMISSION_DENIED"),
            Map.entry(404, "NOT_FOUND"),
            Map.entry(409, "ABORTED"),
            Map.entry(429, "RESOURCE_EXHAUSTED"),
            Map.entry(499, "CANCELLED"),
            Map.entry(500, "INTERNAL"),
            Map.entry(501, "UNIMPLEMENTED"),
            Map.entry(503, "UNAVAILABLE"),
            Map.entry(504, "DEADLINE_EXCEEDED"));

    private static final Map<String, Integer> HTTP_STATUSES = Map.of(
            "UNSPECIFIED_ERROR", 500,
            "INVALID_ARGUMENT", 400,
            "UNREGISTERED", 404,
            "SENDER_ID_MISMATCH", 403,
            "QUOTA_EXCEEDED", 429,
            "UNAVAILABLE", 503,
            "INTERNAL", 500,
            "THIRD_PARTY_AUTH_ERROR", 401);

    private static final Map<Integer, String> USUAL_CODES = Map.of(
            400, "INVALID_ARGUMENT",
            401, "THIRD_PARTY_AUTH_ERROR",
            403, "SENDER_ID_MISMATCH",
            404, "UNREGISTERED",
            429, "QUOTA_EXCEEDED",
            500, "INTERNAL",
            503, "UNAVAILABLE");

    private FcmErrors() {}

    /** An error with an FcmError of the given code. */
    public static Reply.Answer fcm(int httpStatus, String errorCode, String message) {
        return answer(httpStatus, errorCode, message, fcmDetail(errorCode));
    }

    /** An error with an FcmError, on the HTTP status that its code has. */
    public static Reply.Answer fcm(String errorCode) {
        int httpStatus = HTTP_STATUSES.getOrDefault(errorCode, 500);
        return fcm(httpStatus, errorCode, "The server said " + errorCode + ".");
    }

    /** An error without an FcmError: what Google says before the request reaches FCM. */
    public static Reply.Answer plain(int httpStatus, String status, String message) {
        JsonObject error = error(httpStatus, status, message, new JsonArray());
        return withBody(httpStatus, status, error);
    }

    /** INVALID_ARGUMENT for a field of the request, without an FcmError. */
    public static Reply.Answer badField(String field, String description) {
        return answer(400, "INVALID_ARGUMENT", description, fieldDetail(field, description));
    }

    /** INVALID_ARGUMENT for a field of the request, with an FcmError: found by FCM and not by the JSON parser before it. */
    static Reply.Answer badMessage(String field, String description) {
        return answer(
                400, "INVALID_ARGUMENT", description, fcmDetail("INVALID_ARGUMENT"), fieldDetail(field, description));
    }

    /** QUOTA_EXCEEDED with a QuotaFailure of one violation. */
    public static Reply.Answer quota(String subject, String description) {
        JsonObject violation = new JsonObject();
        violation.addProperty("subject", subject);
        violation.addProperty("description", description);
        JsonObject failure = typed(QUOTA_FAILURE);
        failure.add("violations", array(violation));
        return answer(429, "QUOTA_EXCEEDED", description, fcmDetail("QUOTA_EXCEEDED"), failure);
    }

    static Reply.Answer deviceQuota(String token) {
        return quota("device:" + token, "Device message rate exceeded.");
    }

    static @Nullable String usualCode(int httpStatus) {
        return USUAL_CODES.get(httpStatus);
    }

    private static Reply.Answer answer(int httpStatus, String label, String message, JsonObject... details) {
        String status = STATUSES.getOrDefault(httpStatus, UNKNOWN);
        return withBody(httpStatus, label, error(httpStatus, status, message, array(details)));
    }

    private static Reply.Answer withBody(int httpStatus, String label, JsonObject body) {
        return new Reply.Answer(httpStatus, label, body.toString(), null, null, null, false);
    }

    private static JsonObject error(int httpStatus, String status, String message, JsonArray details) {
        JsonObject error = new JsonObject();
        error.addProperty("code", httpStatus);
        error.addProperty("message", message);
        error.addProperty("status", status);
        if (!details.isEmpty()) {
            error.add("details", details);
        }
        JsonObject body = new JsonObject();
        body.add("error", error);
        return body;
    }

    private static JsonObject fcmDetail(String errorCode) {
        JsonObject detail = typed(FCM_ERROR);
        detail.addProperty("errorCode", errorCode);
        return detail;
    }

    private static JsonObject fieldDetail(String field, String description) {
        JsonObject violation = new JsonObject();
        violation.addProperty("field", field);
        violation.addProperty("description", description);
        JsonObject detail = typed(BAD_REQUEST);
        detail.add("fieldViolations", array(violation));
        return detail;
    }

    private static JsonObject typed(String type) {
        JsonObject object = new JsonObject();
        object.addProperty("@type", type);
        return object;
    }

    private static JsonArray array(JsonObject... objects) {
        JsonArray array = new JsonArray();
        for (JsonObject object : objects) {
            array.add(object);
        }
        return array;
    }
}
