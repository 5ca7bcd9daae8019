package dev.notifykit.apns;

import dev.notifykit.http2.Http2End;
import dev.notifykit.http2.Http2Head;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request about channels, from its headers to what its answer means. Thread-safe.
 *
 * @param <T> what it gives
 */
final class ChannelCall<T> extends Http2Exchange {

    /**
     * What is asked.
     *
     * @param channelId which one; null where it is about all, or a new one
     * @param success the status of an answer that means done
     * @param read what such an answer gives; null when it cannot be read
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Question<T>(
            String method,
            String path,
            @Nullable String channelId,
            byte[] body,
            int success,
            Function<Http2End.Response, @Nullable T> read) {

        /** Shows no id. */
        @Override
        public String toString() {
            return "Question[" + method + "]";
        }
    }

    private final Question<T> question;
    private final Answers<Http2Generation> answers;
    private final InstantSource clock;
    private final CompletableFuture<ChannelResult<T>> future = new CompletableFuture<>();

    ChannelCall(Question<T> question, Http2Link link, Answers<Http2Generation> answers, InstantSource clock) {
        super(link);
        this.question = question;
        this.answers = answers;
        this.clock = clock;
    }

    CompletableFuture<ChannelResult<T>> future() {
        return future;
    }

    @Override
    Http2Head head(String authority, @Nullable String authorization) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (authorization != null) {
            fields.put("authorization", authorization);
        }
        if (question.channelId() != null) {
            fields.put("apns-channel-id", question.channelId());
        }
        return Http2Head.of(question.method(), authority, question.path(), fields);
    }

    @Override
    byte[] body() {
        return question.body();
    }

    @Override
    void ended(Http2End end, Http2Generation on) {
        if (!(end instanceof Http2End.Response response)) {
            fail(Http2Push.lost(end));
        } else if (response.status() != question.success()) {
            // The request names the bundle id: that it may not is no fault of the credential's other pushes.
            fail(answers.refused(Http2Push.refusal(response, clock), true, Throttled.Scope.SENDER, on));
        } else {
            answers.believed(on);
            T value = response.whole() ? question.read().apply(response) : null;
            if (value == null) {
                fail(new Unknown(Unknown.Cause.SERVER_ERROR, "the answer cannot be read"));
            } else {
                future.complete(new ChannelResult.Done<>(value));
            }
        }
    }

    @Override
    void unsent(String reason) {
        fail(new Unavailable(Unavailable.Cause.NOT_SENT, reason));
    }

    private void fail(PushResponse why) {
        future.complete(new ChannelResult.Failed<>(why));
    }

    @Override
    void failed(Throwable programmingError) {
        future.completeExceptionally(programmingError);
    }
}
