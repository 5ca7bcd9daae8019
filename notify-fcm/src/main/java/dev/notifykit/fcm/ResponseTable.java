package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmTransport.Outcome;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.RetryAfter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every answer of FCM means. The one place where this is decided; codes that are not listed fall to their HTTP status. Stateless
 * but for its settings; thread-safe.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">FCM: ErrorCode</a>
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/error-codes">FCM: error codes</a>
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/scale-fcm">FCM: when to retry</a>
 */
final class ResponseTable {

    /** "If there is no Retry-After header, default to 60 seconds." https://firebase.google.com/docs/cloud-messaging/scale-fcm */
    static final Duration QUOTA_BACKOFF = Duration.ofSeconds(60);

    /** A person has to mend the APNs key or the web push certificate in the Firebase console; asking more often helps nobody. */
    static final Duration THIRD_PARTY_AUTH_BACKOFF = Duration.ofMinutes(10);

    /**
     * Only this text says that the token itself is malformed. INVALID_ARGUMENT also stands for a bad field and for a message that is
     * too big, and "delete the token only if the payload is known to be valid":
     * https://firebase.google.com/docs/cloud-messaging/manage-tokens
     */
    static final String MALFORMED_TOKEN = "The registration token is not a valid FCM registration token";

    private static final Pattern DEVICE = Pattern.compile("\\bdevice", Pattern.CASE_INSENSITIVE);
    private static final Pattern TOPIC = Pattern.compile("\\btopic", Pattern.CASE_INSENSITIVE);

    private final String projectId;
    private final Duration minimumBackoff;
    private final InstantSource clock;

    ResponseTable(String projectId, Duration minimumBackoff, InstantSource clock) {
        this.projectId = projectId;
        this.minimumBackoff = minimumBackoff;
        this.clock = clock;
    }

    PushResponse classify(Outcome outcome) {
        if (outcome instanceof Outcome.Response r) {
            return classify(r);
        }
        if (outcome instanceof Outcome.Unsent u) {
            return new Unavailable(u.refused() ? Unavailable.Cause.REFUSED : Unavailable.Cause.NOT_SENT, u.reason());
        }
        Outcome.Unknown u = (Outcome.Unknown) outcome;
        return new Unknown(u.timeout() ? Unknown.Cause.TIMEOUT : Unknown.Cause.CONNECTION_LOST, u.reason());
    }

    private PushResponse classify(Outcome.Response r) {
        FcmError error = FcmError.parse(r.contentType(), r.body());
        if (r.status() == 200) {
            // Without a name it is not FCM that answered; a proxy's page must not pass for an accepted message.
            return error.name() != null
                    ? new Accepted(error.name())
                    : new Unknown(Unknown.Cause.SERVER_ERROR, "HTTP 200 without a message name", minimumBackoff);
        }
        Duration asked = RetryAfter.read(r.retryAfter(), clock);
        PushResponse known = error.errorCode() == null ? null : byCode(error.errorCode(), r.status(), error, asked);
        return known != null ? known : byStatus(r.status(), error, asked);
    }

    /** FCM's own codes; null for those that say no more than the status. */
    private @Nullable PushResponse byCode(String code, int status, FcmError error, @Nullable Duration asked) {
        return switch (code) {
            case "UNREGISTERED" -> status / 100 == 4 ? new TokenInvalid(code, null) : null;
            case "INVALID_ARGUMENT" -> invalidArgument(error);
            case "SENDER_ID_MISMATCH" -> new Rejected(code, "the token belongs to another Firebase project", true);
            // The project's APNs or web push credential: only Apple and web targets suffer, and no access token helps.
            case "THIRD_PARTY_AUTH_ERROR" ->
                new Unavailable(Unavailable.Cause.SERVER_ERROR, code, longer(asked, THIRD_PARTY_AUTH_BACKOFF));
            case "QUOTA_EXCEEDED" -> throttled(code, error, asked);
            case "UNAVAILABLE", "INTERNAL" -> serverError(code, asked);
            default -> null;
        };
    }

    private PushResponse byStatus(int status, FcmError error, @Nullable Duration asked) {
        String reason = reason(status, error);
        return switch (status) {
            case 400 ->
                error.errorCode() == null && "INVALID_ARGUMENT".equals(error.status())
                        ? invalidArgument(error)
                        : new Rejected(reason, detail(error));
            case 401 ->
                error.errorCode() == null
                        ? new Unavailable(Unavailable.Cause.CREDENTIAL_STALE, reason)
                        : new Rejected(reason, detail(error));
            // Google's 403 without FCM's code is about the caller: a permission, a disabled API, a blocked network.
            case 403 ->
                error.errorCode() == null
                                && (error.status() == null || error.status().equals("PERMISSION_DENIED"))
                        ? new Misconfigured(
                                reason,
                                "the service account may not send in project " + projectId
                                        + ": grant cloudmessaging.messages.create and enable the FCM API")
                        : new Rejected(reason, detail(error));
            case 404 ->
                new Rejected(
                        reason,
                        "no word of FCM about the token: check the project id " + projectId + " and the base address");
            case 429 -> throttled(reason, error, asked);
            default -> {
                if (status / 100 == 4) {
                    yield new Rejected(reason, detail(error));
                }
                if (status / 100 == 3) {
                    // Redirects are never followed: whoever answers this has not taken the message.
                    yield new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, longer(asked, minimumBackoff));
                }
                yield serverError(reason, asked);
            }
        };
    }

    private static PushResponse invalidArgument(FcmError error) {
        return error.message().equals(MALFORMED_TOKEN)
                ? new TokenInvalid("INVALID_ARGUMENT", null)
                : new Rejected("INVALID_ARGUMENT", detail(error));
    }

    /** FCM has delivered messages that it answered with 500 or 503. */
    private PushResponse serverError(String reason, @Nullable Duration asked) {
        return new Unknown(Unknown.Cause.SERVER_ERROR, reason, longer(asked, minimumBackoff));
    }

    private PushResponse throttled(String reason, FcmError error, @Nullable Duration asked) {
        return new Throttled(reason, longer(asked == null ? QUOTA_BACKOFF : asked, minimumBackoff), scope(error));
    }

    /** Several quotas at once: the widest counts. None named: the whole project. */
    private Throttled.Scope scope(FcmError error) {
        Throttled.Scope widest = null;
        for (String violation : error.quotas()) {
            // The project's own name may hold one of the words.
            String text = violation.replace(projectId, "");
            Throttled.Scope scope = DEVICE.matcher(text).find()
                    ? Throttled.Scope.DEVICE
                    : TOPIC.matcher(text).find() ? Throttled.Scope.TOPIC : Throttled.Scope.SENDER;
            if (widest == null || scope.compareTo(widest) > 0) {
                widest = scope;
            }
        }
        return widest == null ? Throttled.Scope.SENDER : widest;
    }

    private static String reason(int status, FcmError error) {
        if (error.errorCode() != null) {
            return error.errorCode();
        }
        return error.status() != null ? error.status() : "HTTP " + status;
    }

    /** In our own words: FCM's text may repeat the token or the payload. */
    private static String detail(FcmError error) {
        if (!error.fields().isEmpty()) {
            return "FCM names the fields " + error.fields();
        }
        String text = error.message().toLowerCase(Locale.ROOT);
        return text.contains("too big") || text.contains("too large")
                ? "FCM finds the message too large"
                : "FCM names no field";
    }

    private static Duration longer(@Nullable Duration asked, Duration floor) {
        return asked == null || asked.compareTo(floor) < 0 ? floor : asked;
    }
}
