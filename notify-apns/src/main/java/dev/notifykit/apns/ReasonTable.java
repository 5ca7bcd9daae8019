package dev.notifykit.apns;

import static dev.notifykit.push.PushResponse.Unavailable.Cause.CREDENTIAL_STALE;
import static dev.notifykit.push.PushResponse.Unavailable.Cause.REFUSED;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What each refusal of Apple's means. The one place where a reason is read; the raw string is always kept. A reason that is not in the
 * table falls to its status. Immutable.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">Handling
 *     notification responses from APNs</a>
 * @see <a href="https://developer.apple.com/documentation/usernotifications/handling-error-responses-from-apns">Handling error responses
 *     from APNs</a>, of broadcasts
 */
final class ReasonTable {

    /** Apple lets a provider change its token once in 20 minutes. */
    static final Duration TOKEN_UPDATE_PAUSE = Duration.ofMinutes(20);

    /** The provider token is older than Apple takes it. */
    static final String EXPIRED_PROVIDER_TOKEN = "ExpiredProviderToken";

    private final Duration serverErrorBackoff;

    /**
     * @param serverErrorBackoff how long to leave Apple alone after a 5xx
     */
    ReasonTable(Duration serverErrorBackoff) {
        this.serverErrorBackoff = serverErrorBackoff;
    }

    /**
     * Reads a refusal.
     *
     * @param requestTopic whether the request had a say in the topic
     * @param crowded whose requests are too many, if any are
     */
    PushResponse read(Refusal refusal, boolean requestTopic, Throttled.Scope crowded) {
        int status = refusal.status();
        String given = refusal.reason();
        Instant timestamp = refusal.timestamp();
        String reason = given == null || given.isBlank() ? "HTTP " + status : given;
        return switch (reason) {
            case "Unregistered", "ExpiredToken" -> new TokenInvalid(reason, timestamp);
            case "BadDeviceToken", "ChannelNotRegistered" -> new TokenInvalid(reason, null);

            case "DeviceTokenNotForTopic" -> new Rejected(reason, "target: its token belongs to another app", true);
            case "BadCollapseId" -> new Rejected(reason, "collapseId: Apple refuses it");
            case "BadExpirationDate" -> new Rejected(reason, "expiresAt: Apple refuses it");
            case "BadMessageId" -> new Rejected(reason, "id: Apple refuses it");
            case "BadPriority" -> new Rejected(reason, "priority: Apple refuses it");
            case "InvalidPushType" -> new Rejected(reason, "pushType: Apple refuses it");
            case "PayloadEmpty" -> new Rejected(reason, "notification: Apple found no payload");
            case "PayloadTooLarge" -> new Rejected(reason, "notification: Apple finds the payload too large");
            case "MissingDeviceToken", "BadPath" -> new Rejected(reason, "target: Apple finds no token in the path");
            case "DuplicateHeaders", "MethodNotAllowed", "BadRequestParams", "BadRequestPayload", "MissingPushType" ->
                new Rejected(reason, "request: Apple refuses its form");

            case "BadChannelId", "MissingChannelId" ->
                new Rejected(reason, "target: Apple finds no channel's id in it");
            // Of broadcasts alone: the credential's other pushes go on.
            case "FeatureNotEnabled" ->
                new Rejected(reason, "topic: broadcasts are not enabled for this bundle id in the developer account");
            case "CannotCreateChannelConfig" ->
                new Rejected(reason, "channels: there are as many as Apple allows; delete some");

            case "BadTopic", "MissingTopic", "TopicDisallowed", "TopicMismatch" ->
                requestTopic
                        ? new Rejected(reason, "topic: Apple refuses the one that the request asks for")
                        : new Misconfigured(
                                reason, "topic: set the app's bundle id, which the key must be allowed to serve");
            case "InvalidProviderToken" ->
                new Misconfigured(
                        reason,
                        "signing key: check key id, team id, that the key is not revoked, and the clock of this host");
            case "MissingProviderToken" ->
                new Misconfigured(reason, "credential: Apple finds neither a provider token nor a client certificate");
            case "BadCertificate" ->
                new Misconfigured(reason, "certificate: Apple refuses it; it may be revoked or expired");
            case "BadCertificateEnvironment" ->
                new Misconfigured(reason, "certificate: it is for the other environment");
            // Apple documents the first spelling and sends the second.
            case "BadEnvironmentKeyIdInToken", "BadEnvironmentKeyInToken" ->
                new Misconfigured(reason, "signing key: it is for the other environment");
            case "Forbidden" -> new Misconfigured(reason, "credential: Apple does not allow it to do this");

            case EXPIRED_PROVIDER_TOKEN, "UnrelatedKeyIdInToken" -> new Unavailable(CREDENTIAL_STALE, reason);

            case "TooManyRequests" -> new Throttled(reason, refusal.retryAfter(), crowded);
            case "TooManyProviderTokenUpdates" ->
                new Throttled(reason, atLeast(TOKEN_UPDATE_PAUSE, refusal), Throttled.Scope.SENDER);

            case "IdleTimeout" -> new Unavailable(REFUSED, reason);
            case "InternalServerError", "ServiceUnavailable", "Shutdown" ->
                new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, atLeast(serverErrorBackoff, refusal));
            default -> byStatus(refusal, reason, timestamp, crowded);
        };
    }

    /** Where the vendor's words are new to us. A token is never called dead on a mere status. */
    private PushResponse byStatus(
            Refusal refusal, String reason, @Nullable Instant timestamp, Throttled.Scope crowded) {
        int status = refusal.status();
        if (status >= 500) {
            return new Unavailable(Unavailable.Cause.SERVER_ERROR, reason, atLeast(serverErrorBackoff, refusal));
        }
        if (status == 429) {
            return new Throttled(reason, refusal.retryAfter(), crowded);
        }
        if (status == 410 && timestamp != null) {
            return new TokenInvalid(reason, timestamp);
        }
        if (status >= 400) {
            return new Rejected(reason, "Apple answers " + status);
        }
        return new Unknown(Unknown.Cause.SERVER_ERROR, reason);
    }

    /** A header says the least time to wait, and so does each of our own. */
    private static Duration atLeast(Duration ours, Refusal refusal) {
        Duration asked = refusal.retryAfter();
        return asked != null && asked.compareTo(ours) > 0 ? asked : ours;
    }
}
