package dev.notifykit.testkit.contract;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.PushService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The smallest service that keeps the contract, until a subclass breaks something. */
class TimedPushService implements PushService {

    private static final int LONGEST = 5_000;

    final InProcessPeer peer;
    private final Duration timeout;
    private volatile boolean closed;

    TimedPushService(InProcessPeer peer, Duration timeout) {
        this.peer = peer;
        this.timeout = timeout;
    }

    @Override
    public ProviderId provider() {
        return InProcessPeer.provider();
    }

    @Override
    public Optional<Rejected> check(PushRequest request) {
        return request.notification().body().toString().length() > LONGEST
                ? Optional.of(new Rejected("TOO_LONG", "body: is too long"))
                : Optional.empty();
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        if (closed) {
            return CompletableFuture.completedFuture(new Unavailable(Unavailable.Cause.NOT_SENT, "closed"));
        }
        Optional<Rejected> refusal = check(request);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        CompletableFuture<PushResponse> answer = new CompletableFuture<>();
        exchange(request, answer);
        return withTimeout(answer);
    }

    void exchange(PushRequest request, CompletableFuture<PushResponse> answer) {
        peer.run(() -> peer.take(request).ifPresent(answer::complete));
    }

    CompletableFuture<PushResponse> withTimeout(CompletableFuture<PushResponse> answer) {
        return answer.completeOnTimeout(
                new Unknown(Unknown.Cause.TIMEOUT, "no answer"), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closed = true;
    }
}
