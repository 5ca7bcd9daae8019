package dev.notifykit.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.notifykit.push.PushResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The second wire, beside pushy's: for push types and priorities that pushy has no words for. It hears what pushy does not, {@code Retry-After}
 * and the status of an answer without a body. Whoever never sends such a push has none of it. Thread-safe.
 */
final class Http2Wire {

    /** Apple's bodies have a hundred bytes. */
    private static final int MAX_BODY = 4096;

    private static final int WAITING_PER_IN_FLIGHT = 4;

    private final Http2Link link;
    private final Answers<Http2Generation> answers;
    private final InstantSource clock;

    Http2Wire(WireSettings settings, ReasonTable reasons, Deadlines deadlines, Executor executor) {
        clock = settings.clock();
        link = new Http2Link(
                settings.dialer(settings.endpoint(), settings.connections()),
                tokens(settings),
                deadlines,
                executor,
                WAITING_PER_IN_FLIGHT * settings.maxInFlight(),
                MAX_BODY,
                System::nanoTime);
        answers = new Answers<>(reasons, link);
    }

    private static @Nullable ProviderTokens tokens(WireSettings settings) {
        if (!(settings.credential() instanceof Credential.SigningKey signing)) {
            return null;
        }
        ApnsSigningKey key = signing.key();
        return new ProviderTokens(key, settings.clock(), System::nanoTime);
    }

    CompletableFuture<PushResponse> send(Encoded.Ready push) {
        Http2Push attempt = new Http2Push(push, link, answers, clock);
        link.send(attempt);
        return attempt.future();
    }

    /** Which generation of connections new pushes take; -1 before the first. */
    long generation() {
        return link.generation();
    }

    /** Ends everything; nothing may be in flight any more. */
    void close() {
        link.close();
    }

    /** Whether the last thread has ended after {@link #close()}. */
    boolean ended() {
        return link.ended();
    }
}
