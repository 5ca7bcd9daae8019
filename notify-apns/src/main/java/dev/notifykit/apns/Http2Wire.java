package dev.notifykit.apns;

import dev.notifykit.push.PushResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The wire beside pushy's, for what pushy has no words for: push types, priorities, broadcasts, and the management of their channels. It hears what
 * pushy does not, {@code Retry-After} and the status of an answer without a body. Pushes and channels have each a host of their own, and a
 * connection that the first request opens: whoever never asks has none. Thread-safe.
 */
final class Http2Wire {

    /** Apple's bodies have a hundred bytes. */
    private static final int MAX_BODY = 4096;

    /** Room for ten thousand ids of channels. */
    private static final int MAX_CHANNELS_BODY = 4 * 1024 * 1024;

    private static final int WAITING_PER_IN_FLIGHT = 4;

    private final Http2Link pushes;
    private final Answers<Http2Generation> pushAnswers;
    private final Http2Link channels;
    private final Answers<Http2Generation> channelAnswers;
    private final InstantSource clock;

    Http2Wire(WireSettings settings, ReasonTable reasons, Deadlines deadlines, Executor executor) {
        clock = settings.clock();
        ProviderTokens tokens = tokens(settings);
        int waiting = WAITING_PER_IN_FLIGHT * settings.maxInFlight();
        pushes = new Http2Link(
                settings.dialer(settings.endpoint(), settings.connections()),
                tokens,
                deadlines,
                executor,
                waiting,
                MAX_BODY,
                System::nanoTime);
        pushAnswers = new Answers<>(reasons, pushes);
        channels = new Http2Link(
                settings.dialer(settings.channelsEndpoint(), 1),
                tokens,
                deadlines,
                executor,
                waiting,
                MAX_CHANNELS_BODY,
                System::nanoTime);
        channelAnswers = new Answers<>(reasons, channels);
    }

    private static @Nullable ProviderTokens tokens(WireSettings settings) {
        return settings.credential() instanceof Credential.SigningKey signing
                ? new ProviderTokens(signing.key(), settings.clock(), System::nanoTime)
                : null;
    }

    CompletableFuture<PushResponse> send(Encoded.Ready push) {
        Http2Push attempt = new Http2Push(push, pushes, pushAnswers, clock);
        pushes.send(attempt);
        return attempt.future();
    }

    <T> CompletableFuture<ChannelResult<T>> ask(ChannelCall.Question<T> question) {
        ChannelCall<T> call = new ChannelCall<>(question, channels, channelAnswers, clock);
        channels.send(call);
        return call.future();
    }

    /** Which generation of connections new pushes take; -1 before the first. */
    long generation() {
        return pushes.generation();
    }

    /** Ends everything; nothing may be in flight any more. */
    void close() {
        pushes.close();
        channels.close();
    }

    /** Whether the last thread has ended after {@link #close()}. */
    boolean ended() {
        return pushes.ended() && channels.ended();
    }
}
