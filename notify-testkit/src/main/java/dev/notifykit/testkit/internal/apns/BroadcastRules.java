package dev.notifykit.testkit.internal.apns;

import dev.notifykit.testkit.internal.Json;
import dev.notifykit.testkit.internal.server.Request;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Apple's rules for {@code POST /4/broadcasts/apps/<bundle id>}; the first one that is broken answers.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-broadcast-push-notification-requests-to-apns">Apple:
 *     Sending broadcast push notification requests to APNs</a>
 * @see <a href="https://developer.apple.com/documentation/usernotifications/handling-error-responses-from-apns">Apple: Handling error
 *     responses from APNs</a>
 */
final class BroadcastRules {
    static final String PATH = "/4/broadcasts/apps/";

    private static final int MAX_PAYLOAD = 5120;
    private static final Pattern BUNDLE_ID = Pattern.compile("[A-Za-z0-9.-]{1,155}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final Set<String> PRIORITIES = Set.of("1", "5", "10");

    private final Set<String> bundleIds;
    private final ChannelBook book;

    BroadcastRules(Set<String> bundleIds, ChannelBook book) {
        this.bundleIds = bundleIds;
        this.book = book;
    }

    /** All that comes before authentication. */
    @Nullable
    Refusal checkForm(Request request) {
        if (!"POST".equals(request.method())) {
            return new Refusal(405, "MethodNotAllowed");
        }
        return RequestRules.hasDuplicate(request.headers()) ? Refusal.bad("DuplicateHeaders") : null;
    }

    /** Everything after authentication. */
    @Nullable
    Refusal checkContent(Request request) {
        String bundleId = bundleIdOf(request);
        String channel = request.header("apns-channel-id");
        Refusal refusal = checkId(request);
        refusal = refusal != null ? refusal : checkApp(bundleId);
        refusal = refusal != null ? refusal : checkPushType(request.header("apns-push-type"));
        refusal = refusal != null ? refusal : checkChannel(bundleId, channel);
        refusal = refusal != null ? refusal : checkPriority(request.header("apns-priority"));
        boolean keeps = channel != null && Boolean.TRUE.equals(book.keepsLatest(bundleId, channel));
        refusal = refusal != null ? refusal : checkExpiration(request.header("apns-expiration"), keeps);
        return refusal != null ? refusal : checkPayload(request);
    }

    static String bundleIdOf(Request request) {
        return request.path().substring(PATH.length());
    }

    static @Nullable Refusal checkId(Request request) {
        String id = request.header("apns-request-id");
        return id == null || RequestRules.isId(id) ? null : Refusal.bad("BadMessageId");
    }

    /** A suffix is not part of a bundle id, and of those only some may be this client's. */
    @Nullable
    Refusal checkApp(String bundleId) {
        if (!BUNDLE_ID.matcher(bundleId).matches()) {
            return new Refusal(404, "BadPath");
        }
        if (!PushTypes.suffixIn(bundleId).isEmpty()) {
            return Refusal.bad("TopicDisallowed");
        }
        return bundleIds.isEmpty() || bundleIds.contains(bundleId) ? null : Refusal.forbidden("TopicMismatch");
    }

    @Nullable
    Refusal checkChannel(String bundleId, @Nullable String channel) {
        if (channel == null || channel.isEmpty()) {
            return Refusal.bad("MissingChannelId");
        }
        if (!BASE64.matcher(channel).matches()) {
            return Refusal.bad("BadChannelId");
        }
        return book.keepsLatest(bundleId, channel) == null ? Refusal.bad("ChannelNotRegistered") : null;
    }

    private static @Nullable Refusal checkPushType(@Nullable String pushType) {
        if (pushType == null) {
            return Refusal.bad("MissingPushType");
        }
        return pushType.equalsIgnoreCase("liveactivity") ? null : Refusal.bad("InvalidPushType");
    }

    private static @Nullable Refusal checkPriority(@Nullable String priority) {
        return priority != null && PRIORITIES.contains(priority) ? null : Refusal.bad("BadPriority");
    }

    /** Where nothing is kept, only 0 is allowed. */
    private static @Nullable Refusal checkExpiration(@Nullable String expiration, boolean keeps) {
        boolean good = expiration != null && SECONDS.matcher(expiration).matches();
        return good && (keeps || Long.parseLong(expiration) == 0) ? null : Refusal.bad("BadExpirationDate");
    }

    private static @Nullable Refusal checkPayload(Request request) {
        if (request.bodySize() == 0) {
            return Refusal.bad("PayloadEmpty");
        }
        if (request.bodySize() > MAX_PAYLOAD) {
            return new Refusal(413, "PayloadTooLarge");
        }
        return Json.isObject(request.bodyText()) ? null : Refusal.bad("BadRequestPayload");
    }
}
