package dev.notifykit.testkit.internal.apns;

import com.google.gson.JsonObject;
import dev.notifykit.testkit.internal.server.Request;
import dev.notifykit.testkit.internal.server.Vendor;
import dev.notifykit.testkit.internal.server.Verdict;
import dev.notifykit.testkit.internal.server.WireAnswer;
import dev.notifykit.testkit.reply.Reply;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * APNs: {@code POST /3/device/<token>}, {@code POST /4/broadcasts/apps/<bundle id>}, and the management of broadcast channels.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">Apple: Handling
 *     notification responses from APNs</a>
 */
public final class ApnsVendor implements Vendor {
    private static final byte[] NO_BODY = {};
    private static final Map<Integer, String> USUAL_REASONS = Map.of(
            400, "BadDeviceToken",
            403, "Forbidden",
            404, "BadPath",
            405, "MethodNotAllowed",
            410, "Unregistered",
            413, "PayloadTooLarge",
            429, "TooManyRequests",
            500, "InternalServerError",
            503, "ServiceUnavailable");

    private final ApnsSettings settings;
    private final TokenDesk desk;
    private final RequestRules rules;
    private final BroadcastRules broadcasts;
    private final ChannelRequests channels;

    /** An APNs that trusts the keys of the given desk, and has the channels of the given book. */
    public ApnsVendor(ApnsSettings settings, TokenDesk desk, ChannelBook book) {
        this.settings = settings;
        this.desk = desk;
        this.rules = new RequestRules(settings.bundleIds());
        this.broadcasts = new BroadcastRules(settings.bundleIds(), book);
        this.channels = new ChannelRequests(broadcasts, book);
    }

    @Override
    public Session newSession(BooleanSupplier certified) {
        Authentication authentication = new Authentication(desk, settings, certified);
        return request -> examine(request, authentication);
    }

    private Verdict examine(Request request, Authentication authentication) {
        if (request.path().startsWith(BroadcastRules.PATH)) {
            return examineBroadcast(request, authentication);
        }
        if (request.path().startsWith(ChannelRequests.PATH)) {
            return examineManagement(request, authentication);
        }
        Refusal refusal = rules.checkForm(request);
        refusal = refusal != null ? refusal : authentication.check(request.header("authorization"));
        refusal = refusal != null ? refusal : rules.checkContent(request);
        String id = request.header("apns-id");
        if (refusal != null) {
            return refused(refusal, id);
        }
        String topic = String.valueOf(request.header("apns-topic"));
        return new Verdict.Admitted(RequestRules.tokenOf(request).toLowerCase(Locale.ROOT), id, false, topic);
    }

    private Verdict examineBroadcast(Request request, Authentication authentication) {
        Refusal refusal = broadcasts.checkForm(request);
        refusal = refusal != null ? refusal : authentication.check(request.header("authorization"));
        refusal = refusal != null ? refusal : broadcasts.checkContent(request);
        String id = request.header("apns-request-id");
        if (refusal != null) {
            return refused(refusal, id);
        }
        return new Verdict.Admitted(String.valueOf(request.header("apns-channel-id")), id, false, request.path());
    }

    private Verdict examineManagement(Request request, Authentication authentication) {
        Refusal refusal = channels.checkForm(request);
        refusal = refusal != null ? refusal : authentication.check(request.header("authorization"));
        refusal = refusal != null ? refusal : channels.checkContent(request);
        return refusal != null ? refused(refusal, request.header("apns-request-id")) : channels.serve(request);
    }

    private static Verdict refused(Refusal refusal, @Nullable String id) {
        String valid = id != null && RequestRules.isId(id) ? id : null;
        return new Verdict.Refused(Reply.status(refusal.status(), refusal.reason()), refusal.reason(), valid);
    }

    @Override
    public WireAnswer encode(Reply.Answer answer, Verdict verdict) {
        if (verdict instanceof Verdict.Served served && answer.status() < 300 && answer.body() == null) {
            return served.success().get();
        }
        String status = Integer.toString(answer.status());
        Http2Headers headers = new DefaultHttp2Headers(false).status(status);
        String id = verdict.id();
        headers.set(idHeader(verdict), id != null ? id : UUID.randomUUID().toString());
        if (answer.retryAfter() != null) {
            headers.set("retry-after", answer.retryAfter());
        }
        String reason = answer.reason() != null ? answer.reason() : USUAL_REASONS.get(answer.status());
        String body = answer.body();
        if (body == null) {
            body = answer.status() < 300 || reason == null ? "" : errorBody(answer, reason);
            return new WireAnswer(headers, bytes(body), reason != null ? reason : status);
        }
        return new WireAnswer(headers, bytes(body), answer.reason() != null ? answer.reason() : status);
    }

    private static String idHeader(Verdict verdict) {
        boolean broadcast = verdict instanceof Verdict.Served;
        if (verdict instanceof Verdict.Admitted admitted) {
            broadcast = admitted.scope().startsWith(BroadcastRules.PATH);
        }
        return broadcast ? "apns-request-id" : "apns-id";
    }

    private String errorBody(Reply.Answer answer, String reason) {
        JsonObject json = new JsonObject();
        json.addProperty("reason", reason);
        if (answer.status() == 410) {
            Instant since = answer.since();
            json.addProperty(
                    "timestamp", (since != null ? since : settings.clock().instant()).toEpochMilli());
        }
        return json.toString();
    }

    private static byte[] bytes(@Nullable String body) {
        return body == null || body.isEmpty() ? NO_BODY : body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String goAwayReason() {
        return "{\"reason\":\"Shutdown\"}";
    }
}
