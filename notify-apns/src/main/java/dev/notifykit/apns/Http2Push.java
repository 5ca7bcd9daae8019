package dev.notifykit.apns;

import dev.notifykit.http2.Http2End;
import dev.notifykit.http2.Http2Head;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One push on our own wire, from its headers to what its answer means. Thread-safe. */
final class Http2Push extends Http2Exchange {

    private static final int OK = 200;

    private final Encoded.Ready push;
    private final Answers<Http2Generation> answers;
    private final InstantSource clock;
    private final CompletableFuture<PushResponse> future = new CompletableFuture<>();

    Http2Push(Encoded.Ready push, Http2Link link, Answers<Http2Generation> answers, InstantSource clock) {
        super(link);
        this.push = push;
        this.answers = answers;
        this.clock = clock;
    }

    CompletableFuture<PushResponse> future() {
        return future;
    }

    @Override
    Http2Head head(String authority, @Nullable String authorization) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (authorization != null) {
            fields.put("authorization", authorization);
        }
        ApnsChannel channel = push.channel();
        fields.put(
                channel == null ? "apns-id" : "apns-request-id",
                push.request().id().toString());
        if (channel == null) {
            fields.put("apns-topic", push.topic());
        } else {
            fields.put("apns-channel-id", channel.id());
        }
        fields.put("apns-push-type", push.type().wire());
        fields.put("apns-priority", String.valueOf(push.priority().wire()));
        fields.put("apns-expiration", String.valueOf(push.expiration().getEpochSecond()));
        if (push.collapseId() != null) {
            fields.put("apns-collapse-id", push.collapseId());
        }
        String path = channel == null ? "/3/device/" + push.token() : "/4/broadcasts/apps/" + push.topic();
        return Http2Head.of("POST", authority, path, fields);
    }

    @Override
    byte[] body() {
        return push.payload().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void ended(Http2End end, Http2Generation on) {
        if (!(end instanceof Http2End.Response response)) {
            future.complete(lost(end));
        } else if (response.status() == OK) {
            future.complete(answers.accepted(push, id(response), on));
        } else {
            future.complete(answers.refused(push, refusal(response, clock), on));
        }
    }

    private @Nullable String id(Http2End.Response response) {
        return response.header(push.channel() == null ? "apns-id" : "apns-request-id");
    }

    /** What Apple says in a status, in a header, and in a body if there is one. */
    static Refusal refusal(Http2End.Response response, InstantSource clock) {
        Map<String, Object> body = AppleBody.read(response.body());
        return new Refusal(
                response.status(),
                body.get("reason") instanceof String reason ? reason : null,
                body.get("timestamp") instanceof Number millis ? Instant.ofEpochMilli(millis.longValue()) : null,
                RetryAfter.read(response.header("retry-after"), clock));
    }

    /** What it means that there is no answer. */
    static PushResponse lost(Http2End end) {
        if (end instanceof Http2End.Unknown unknown) {
            return new Unknown(
                    unknown.timeout() ? Unknown.Cause.TIMEOUT : Unknown.Cause.CONNECTION_LOST, unknown.reason());
        }
        Http2End.Unsent unsent = (Http2End.Unsent) end;
        return new Unavailable(
                unsent.refused() ? Unavailable.Cause.REFUSED : Unavailable.Cause.NOT_SENT, unsent.reason());
    }

    @Override
    void unsent(String reason) {
        future.complete(new Unavailable(Unavailable.Cause.NOT_SENT, reason));
    }

    @Override
    void failed(Throwable programmingError) {
        future.completeExceptionally(programmingError);
    }

    /** Shows neither token nor payload. */
    @Override
    public String toString() {
        return "Http2Push[" + push.request().id() + "]";
    }
}
