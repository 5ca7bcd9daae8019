package dev.notifykit.fcm;

import dev.notifykit.fcm.AccessTokens.Grant;
import dev.notifykit.fcm.AccessTokens.Token;
import dev.notifykit.fcm.FcmTransport.Exchange;
import dev.notifykit.fcm.FcmTransport.Outcome;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unavailable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One push: get a token, post, judge, under one deadline that always ends it. {@code this} guards {@code exchange} and {@code phase};
 * the result's future is completed outside of it.
 */
final class Attempt {

    /** A transport ends an aborted exchange at once; one that does not must not hang the caller. */
    private static final Duration ABORT_PATIENCE = Duration.ofSeconds(1);

    private enum Phase {
        NO_TOKEN,
        POSTED,
        TIMED_OUT
    }

    private final FcmEngine engine;
    private final PushRequest request;
    private final byte[] body;
    private final CompletableFuture<PushResponse> result = new CompletableFuture<>();
    private Phase phase = Phase.NO_TOKEN;
    private @Nullable Exchange exchange;
    private volatile @Nullable ScheduledFuture<?> deadline;

    Attempt(FcmEngine engine, PushRequest request, byte[] body) {
        this.engine = engine;
        this.request = request;
        this.body = body;
    }

    CompletableFuture<PushResponse> start() {
        Token token = engine.tokens().now();
        if (token != null) {
            post(token);
        } else if (watch()) {
            // Should granted() itself fail, the deadline still ends the attempt.
            CompletableFuture<Void> unused = engine.tokens().next().thenAccept(this::granted);
        } else {
            return CompletableFuture.completedFuture(AccessTokens.closedResponse());
        }
        return result;
    }

    /** Sets the deadline. False: the service is closed. */
    private boolean watch() {
        try {
            ScheduledFuture<?> set = engine.after(engine.attemptTimeout(), this::timedOut);
            deadline = set;
            if (result.isDone()) {
                set.cancel(false);
            }
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private void granted(Grant grant) {
        if (grant instanceof Grant.Denied denied) {
            end(denied.response());
        } else if (engine.encoder().expired(request)) {
            end(new Unavailable(Unavailable.Cause.NOT_SENT, "expired while it waited for an access token"));
        } else {
            post(((Grant.Granted) grant).token());
        }
    }

    private void post(Token token) {
        synchronized (this) {
            if (phase != Phase.NO_TOKEN) {
                return;
            }
            phase = Phase.POSTED;
        }
        Exchange opened;
        try {
            opened = engine.transport().post(engine.path(), token.value, body, outcome -> answered(outcome, token));
        } catch (RuntimeException e) {
            end(new PushResponse.Unknown(
                    PushResponse.Unknown.Cause.CONNECTION_LOST,
                    "the transport failed: " + e.getClass().getSimpleName()));
            return;
        }
        boolean late;
        synchronized (this) {
            exchange = opened;
            late = phase == Phase.TIMED_OUT;
        }
        if (late) {
            opened.abort();
        } else if (deadline == null && !opened.endsInTime()) {
            boolean unused = watch(); // a service that is closed ends what is open
        }
    }

    private void answered(Outcome outcome, Token token) {
        PushResponse response;
        try {
            response = judge(outcome, token);
        } catch (RuntimeException | Error e) {
            // Nobody else watches an exchange that ends by itself.
            end(new PushResponse.Unknown(
                    PushResponse.Unknown.Cause.CONNECTION_LOST,
                    "the answer could not be judged: " + e.getClass().getSimpleName()));
            throw e;
        }
        end(response);
    }

    private PushResponse judge(Outcome outcome, Token token) {
        PushResponse response = engine.table().classify(outcome);
        if (response instanceof Unavailable u && u.cause() == Unavailable.Cause.CREDENTIAL_STALE) {
            if (engine.tokens().refused(token)) {
                response = new Misconfigured(u.reason(), "FCM refuses a fresh access token of these credentials");
            }
        } else if (response instanceof Misconfigured) {
            engine.tokens().forbidden(token);
        } else if (!(response instanceof Unavailable || response instanceof PushResponse.Unknown)) {
            token.accepted();
        }
        return response;
    }

    /** On the timer's thread, which must not run the caller's code. */
    private void timedOut() {
        Exchange open;
        boolean unsent;
        synchronized (this) {
            unsent = phase == Phase.NO_TOKEN;
            phase = Phase.TIMED_OUT;
            open = exchange;
        }
        engine.run(() -> {
            if (unsent) {
                end(new Unavailable(Unavailable.Cause.NOT_SENT, "no access token within the attempt timeout"));
            } else if (open != null) {
                open.abort();
            }
        });
        if (!unsent && !result.isDone()) {
            try {
                ScheduledFuture<?> unused = engine.after(ABORT_PATIENCE, () -> engine.run(this::giveUp));
            } catch (RejectedExecutionException closed) {
                engine.run(this::giveUp);
            }
        }
    }

    private void giveUp() {
        end(new PushResponse.Unknown(PushResponse.Unknown.Cause.TIMEOUT, "no answer within the attempt timeout"));
    }

    private void end(PushResponse response) {
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        result.complete(response);
    }
}
