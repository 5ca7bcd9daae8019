package dev.notifykit.testkit.internal.apns;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.notifykit.testkit.internal.Json;
import dev.notifykit.testkit.internal.server.Request;
import dev.notifykit.testkit.internal.server.Verdict;
import dev.notifykit.testkit.internal.server.WireAnswer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The management of broadcast channels: {@code /1/apps/<bundle id>/channels} and {@code …/all-channels}.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-channel-management-requests-to-apns">Apple: Sending
 *     channel management requests to APNs</a>
 */
final class ChannelRequests {
    static final String PATH = "/1/apps/";

    private static final String ONE = "/channels";
    private static final String ALL = "/all-channels";
    private static final Set<String> FIELDS = Set.of("message-storage-policy", "push-type");
    private static final byte[] NO_BODY = {};

    private final BroadcastRules rules;
    private final ChannelBook book;

    ChannelRequests(BroadcastRules rules, ChannelBook book) {
        this.rules = rules;
        this.book = book;
    }

    /** All that comes before authentication. */
    @Nullable
    Refusal checkForm(Request request) {
        boolean all = request.path().endsWith(ALL);
        if (!all && !request.path().endsWith(ONE)) {
            return new Refusal(404, "BadPath");
        }
        Set<String> methods = all ? Set.of("GET") : Set.of("POST", "GET", "DELETE");
        if (!methods.contains(request.method())) {
            return new Refusal(405, "MethodNotAllowed");
        }
        return RequestRules.hasDuplicate(request.headers()) ? Refusal.bad("DuplicateHeaders") : null;
    }

    /** Everything after authentication. */
    @Nullable
    Refusal checkContent(Request request) {
        String bundleId = bundleIdOf(request);
        Refusal refusal = BroadcastRules.checkId(request);
        refusal = refusal != null ? refusal : rules.checkApp(bundleId);
        if (refusal != null || request.path().endsWith(ALL)) {
            return refusal;
        }
        return "POST".equals(request.method())
                ? checkNew(request, bundleId)
                : rules.checkChannel(bundleId, request.header("apns-channel-id"));
    }

    private @Nullable Refusal checkNew(Request request, String bundleId) {
        JsonObject body = Json.object(request.bodyText());
        if (body == null) {
            return Refusal.bad("BadRequestPayload");
        }
        if (!FIELDS.containsAll(body.keySet()) || policyOf(body) == null) {
            return Refusal.bad("BadRequestParams");
        }
        JsonElement pushType = body.get("push-type");
        if (pushType == null) {
            return Refusal.bad("MissingPushType");
        }
        if (!pushType.isJsonPrimitive() || !pushType.getAsString().equals("LiveActivity")) {
            return Refusal.bad("InvalidPushType");
        }
        return book.isFull(bundleId) ? Refusal.bad("CannotCreateChannelConfig") : null;
    }

    private static @Nullable Boolean policyOf(@Nullable JsonObject body) {
        JsonElement policy = body == null ? null : body.get("message-storage-policy");
        String text = policy == null ? "" : policy.toString();
        return text.equals("1") ? Boolean.TRUE : text.equals("0") ? Boolean.FALSE : null;
    }

    private static String bundleIdOf(Request request) {
        String path = request.path();
        return path.substring(PATH.length(), Math.max(PATH.length(), path.lastIndexOf('/')));
    }

    /** A valid request, and what comes of it. */
    Verdict serve(Request request) {
        String bundleId = bundleIdOf(request);
        String id = request.header("apns-request-id");
        String channel = request.header("apns-channel-id");
        if (request.path().endsWith(ALL)) {
            return new Verdict.Served(bundleId, id, () -> list(bundleId, id));
        }
        if (channel == null || "POST".equals(request.method())) {
            boolean keeps = Boolean.TRUE.equals(policyOf(Json.object(request.bodyText())));
            return new Verdict.Served(bundleId, id, () -> create(bundleId, keeps, id));
        }
        Supplier<WireAnswer> effect = "GET".equals(request.method())
                ? () -> read(bundleId, channel, id)
                : () -> {
                    book.delete(bundleId, channel);
                    return new WireAnswer(headers(204, id), NO_BODY, "204");
                };
        return new Verdict.Served(channel, id, effect);
    }

    private WireAnswer create(String bundleId, boolean keepsLatest, @Nullable String id) {
        String created = book.create(bundleId, keepsLatest);
        Http2Headers headers = headers(201, id).set("apns-channel-id", String.valueOf(created));
        return new WireAnswer(headers, NO_BODY, "201");
    }

    private WireAnswer read(String bundleId, String channel, @Nullable String id) {
        JsonObject json = new JsonObject();
        json.addProperty("message-storage-policy", Boolean.TRUE.equals(book.keepsLatest(bundleId, channel)) ? 1 : 0);
        json.addProperty("push-type", "LiveActivity");
        return new WireAnswer(headers(200, id), bytes(json), "200");
    }

    private WireAnswer list(String bundleId, @Nullable String id) {
        JsonArray channels = new JsonArray();
        book.ids(bundleId).forEach(channels::add);
        JsonObject json = new JsonObject();
        json.add("channels", channels);
        return new WireAnswer(headers(200, id), bytes(json), "200");
    }

    private static byte[] bytes(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Http2Headers headers(int status, @Nullable String id) {
        return new DefaultHttp2Headers(false)
                .status(Integer.toString(status))
                .set("apns-request-id", id != null ? id : UUID.randomUUID().toString());
    }
}
