package dev.notifykit.testkit.internal.apns;

import dev.notifykit.testkit.internal.Json;
import dev.notifykit.testkit.internal.server.Request;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Apple's rules for headers, token and payload; the first one that is broken answers. Two decisions where Apple's pages leave room: a
 * topic whose suffix does not fit the push type is {@code TopicDisallowed}, and a payload that is no JSON object is
 * {@code MalformedPayload}, a reason of our own, so that such a bug shows.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Apple: Sending
 *     notification requests to APNs</a>
 */
final class RequestRules {
    static final String DEVICE_PATH = "/3/device/";

    private static final int MAX_PAYLOAD = 4096;
    private static final int MAX_VOIP_PAYLOAD = 5120;
    private static final int MAX_COLLAPSE_ID = 64;
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9.-]{1,255}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final Set<String> PRIORITIES = Set.of("1", "5", "10");
    /** Apple's default when the header is missing. */
    private static final String DEFAULT_PRIORITY = "10";
    /** Push types that take fewer priorities than all three. */
    private static final Map<String, Set<String>> PRIORITIES_OF =
            Map.of("background", Set.of("5"), "location", Set.of("5", "10"), "liveactivity", Set.of("5", "10"));

    private final Set<String> bundleIds;

    RequestRules(Set<String> bundleIds) {
        this.bundleIds = bundleIds;
    }

    /** Method, path and header names: all that comes before authentication. */
    @Nullable
    Refusal checkForm(Request request) {
        if (!"POST".equals(request.method())) {
            return new Refusal(405, "MethodNotAllowed");
        }
        if (!request.path().startsWith(DEVICE_PATH)) {
            return new Refusal(404, "BadPath");
        }
        return hasDuplicate(request.headers()) ? Refusal.bad("DuplicateHeaders") : null;
    }

    /** Everything after authentication. */
    @Nullable
    Refusal checkContent(Request request) {
        String pushType = request.header("apns-push-type");
        String topic = request.header("apns-topic");
        Refusal refusal = checkId(request.header("apns-id"));
        refusal = refusal != null ? refusal : checkTopic(topic, pushType);
        refusal = refusal != null ? refusal : checkPriority(request.header("apns-priority"), pushType);
        refusal = refusal != null ? refusal : checkExpiration(request.header("apns-expiration"));
        refusal = refusal != null ? refusal : checkCollapseId(request.headers().get("apns-collapse-id"));
        refusal = refusal != null ? refusal : checkToken(tokenOf(request));
        return refusal != null ? refusal : checkPayload(request, "voip".equals(pushType));
    }

    static String tokenOf(Request request) {
        return request.path().substring(DEVICE_PATH.length());
    }

    static boolean isId(String id) {
        return UUID.matcher(id).matches();
    }

    static boolean hasDuplicate(Http2Headers headers) {
        if (headers.size() == headers.names().size()) {
            return false;
        }
        Set<CharSequence> seen = new HashSet<>();
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            // HTTP/2 clients may split cookies; everything else stands once.
            if (!seen.add(header.getKey()) && !"cookie".contentEquals(header.getKey())) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Refusal checkId(@Nullable String id) {
        return id == null || isId(id) ? null : Refusal.bad("BadMessageId");
    }

    private @Nullable Refusal checkTopic(@Nullable String topic, @Nullable String pushType) {
        if (topic == null || topic.isEmpty()) {
            return Refusal.bad("MissingTopic");
        }
        if (!TOPIC.matcher(topic).matches()) {
            return Refusal.bad("BadTopic");
        }
        if (pushType != null && !PushTypes.isKnown(pushType)) {
            return Refusal.bad("InvalidPushType");
        }
        String suffix = PushTypes.suffixIn(topic);
        boolean fits = pushType == null || suffix.equals(PushTypes.suffixOf(pushType));
        String bundleId = topic.substring(0, topic.length() - suffix.length());
        boolean allowed = bundleIds.isEmpty() || bundleIds.contains(bundleId);
        return fits && allowed ? null : Refusal.bad("TopicDisallowed");
    }

    private static @Nullable Refusal checkPriority(@Nullable String value, @Nullable String pushType) {
        String priority = value == null ? DEFAULT_PRIORITY : value;
        Set<String> allowed = pushType == null ? PRIORITIES : PRIORITIES_OF.getOrDefault(pushType, PRIORITIES);
        return allowed.contains(priority) ? null : Refusal.bad("BadPriority");
    }

    private static @Nullable Refusal checkExpiration(@Nullable String expiration) {
        return expiration == null || SECONDS.matcher(expiration).matches() ? null : Refusal.bad("BadExpirationDate");
    }

    /** Netty's header values have one character for each byte on the wire. */
    private static @Nullable Refusal checkCollapseId(@Nullable CharSequence collapseId) {
        return collapseId == null || collapseId.length() <= MAX_COLLAPSE_ID ? null : Refusal.bad("BadCollapseId");
    }

    /** Any even number of hex digits: Apple asks not to rely on a length. */
    private static @Nullable Refusal checkToken(String token) {
        if (token.isEmpty()) {
            return Refusal.bad("MissingDeviceToken");
        }
        boolean hex = token.length() % 2 == 0;
        for (int i = 0; i < token.length() && hex; i++) {
            hex = Character.digit(token.charAt(i), 16) >= 0 && token.charAt(i) < 0x80;
        }
        return hex ? null : Refusal.bad("BadDeviceToken");
    }

    private static @Nullable Refusal checkPayload(Request request, boolean voip) {
        if (request.bodySize() == 0) {
            return Refusal.bad("PayloadEmpty");
        }
        if (request.bodySize() > (voip ? MAX_VOIP_PAYLOAD : MAX_PAYLOAD)) {
            return new Refusal(413, "PayloadTooLarge");
        }
        return Json.isObject(request.bodyText()) ? null : Refusal.bad("MalformedPayload");
    }
}
