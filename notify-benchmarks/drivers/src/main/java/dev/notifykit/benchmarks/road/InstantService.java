package dev.notifykit.benchmarks.road;

import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.util.concurrent.CompletableFuture;

/** A provider that encodes nothing, sends nothing, and accepts everything at once, on the caller's thread. Thread-safe. */
public final class InstantService implements PushService {

    private final ProviderId provider;
    private final int maxInFlight;

    /**
     * A provider.
     *
     * @param maxInFlight what it says of itself
     */
    public InstantService(int maxInFlight) {
        this(ProviderId.APNS, maxInFlight);
    }

    /**
     * A provider.
     *
     * @param provider which
     * @param maxInFlight what it says of itself
     */
    public InstantService(ProviderId provider, int maxInFlight) {
        this.provider = provider;
        this.maxInFlight = maxInFlight;
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    @Override
    public Environment environment() {
        return Environment.PRODUCTION;
    }

    @Override
    public int maxInFlight() {
        return maxInFlight;
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        return CompletableFuture.completedFuture(new PushResponse.Accepted("accepted"));
    }

    @Override
    public void close() {
        // nothing to close
    }
}
