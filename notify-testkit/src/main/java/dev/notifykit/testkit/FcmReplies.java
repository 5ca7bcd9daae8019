package dev.notifykit.testkit;

import dev.notifykit.testkit.internal.fcm.FcmErrors;
import dev.notifykit.testkit.reply.Reply;

/**
 * Answers in the shapes that only FCM has. Add {@code .retryAfter(…)}, {@code .after(…)} and {@code .accepting()} as needed.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">Firebase: ErrorCode</a>
 */
public final class FcmReplies {
    private FcmReplies() {}

    /** An error of FCM's own on the HTTP status that belongs to it, 500 for unknown codes: {@code "SENDER_ID_MISMATCH"}. */
    public static Reply.Answer error(String errorCode) {
        return FcmErrors.fcm(errorCode);
    }

    /** An error of FCM's own with any HTTP status and message. */
    public static Reply.Answer error(int httpStatus, String errorCode, String message) {
        return FcmErrors.fcm(httpStatus, errorCode, message);
    }

    /**
     * An error without an FcmError in its details: {@code (401, "UNAUTHENTICATED", …)} for a stale access token,
     * {@code (403, "PERMISSION_DENIED", …)} for a missing permission, {@code (404, "NOT_FOUND", …)} for a wrong URL.
     */
    public static Reply.Answer withoutFcmError(int httpStatus, String status, String message) {
        return FcmErrors.plain(httpStatus, status, message);
    }

    /** A malformed token: INVALID_ARGUMENT with the one text by which it is told from a bad message. */
    public static Reply.Answer invalidToken() {
        return FcmErrors.fcm(400, "INVALID_ARGUMENT", FcmErrors.BAD_TOKEN);
    }

    /** A bad field of the message: INVALID_ARGUMENT with {@code fieldViolations}. */
    public static Reply.Answer badField(String field, String description) {
        return FcmErrors.badField(field, description);
    }

    /**
     * QUOTA_EXCEEDED for one device: QuotaFailure with subject {@code device:<token>} and description {@code Device message rate
     * exceeded.} Google documents the type, not these texts; they are the simulator's.
     */
    public static Reply.Answer deviceQuotaExceeded(String token) {
        return FcmErrors.quota("device:" + token, "Device message rate exceeded.");
    }

    /** QUOTA_EXCEEDED for one topic: subject {@code topic:<name>}, description {@code Topic message rate exceeded.} */
    public static Reply.Answer topicQuotaExceeded(String topic) {
        return FcmErrors.quota("topic:" + topic, "Topic message rate exceeded.");
    }

    /** QUOTA_EXCEEDED for the project: subject {@code project:<id>}, description {@code Project message rate exceeded.} */
    public static Reply.Answer projectQuotaExceeded(String projectId) {
        return FcmErrors.quota("project:" + projectId, "Project message rate exceeded.");
    }
}
