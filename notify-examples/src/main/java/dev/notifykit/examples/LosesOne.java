package dev.notifykit.examples;

import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A service that claims success for its first request without sending it: what the accounting is there to find. */
record LosesOne(PushService service, AtomicBoolean lost) implements PushService {

    @Override
    public ProviderId provider() {
        return service.provider();
    }

    @Override
    public Environment environment() {
        return service.environment();
    }

    @Override
    public int maxInFlight() {
        return service.maxInFlight();
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        return lost.compareAndSet(false, true)
                ? CompletableFuture.completedFuture(new PushResponse.Accepted("lost on purpose"))
                : service.push(request);
    }

    @Override
    public Optional<PushResponse.Rejected> check(PushRequest request) {
        return service.check(request);
    }

    @Override
    public void close() {
        service.close();
    }
}
