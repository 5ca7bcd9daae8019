package dev.notifykit.push;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One channel behind one credential: APNs with one key in one environment, FCM with one Firebase project, a host's SMTP account. This
 * is the interface to implement for a new provider.
 *
 * <p><b>Thread safety:</b> all methods are called from many threads at once. <b>Blocking:</b> {@link #push} must not block; wrap a
 * blocking client with {@link #blocking}. <b>Retry:</b> an implementation never re-sends by itself; the client does that, and
 * counts it. <b>Bound:</b> the client holds at most {@link #maxInFlight()} calls open per lane, so an implementation needs no queue.
 */
public interface PushService extends AutoCloseable {

    /**
     * The channel it serves; a lane is found by it.
     *
     * @return the provider's id
     */
    ProviderId provider();

    /**
     * The world it serves.
     *
     * @return {@link Environment#PRODUCTION} where there is only one
     */
    default Environment environment() {
        return Environment.PRODUCTION;
    }

    /**
     * How many requests it can usefully hold open at once. The client's lane takes this as its bound unless the host sets a lower
     * one.
     *
     * @return a positive number; 100 when not overridden
     */
    default int maxInFlight() {
        return 100;
    }

    /**
     * Makes one attempt.
     *
     * @param request what to send; never expired
     * @return a future that always completes, in bounded time, with what the provider said; it fails only for a programming error,
     *     and the client takes that as {@link PushResponse.Unknown}
     */
    CompletableFuture<PushResponse> push(PushRequest request);

    /**
     * Tells in advance that a request can never be sent, so that it need not wait for its turn to learn so. Cheap; no I/O.
     *
     * @param request what would be sent
     * @return the rejection, or empty when {@link #push} may be tried
     */
    default Optional<PushResponse.Rejected> check(PushRequest request) {
        return Optional.empty();
    }

    /**
     * Stops taking requests and lets go of connections and threads. Idempotent; returns without waiting for what is in flight:
     * open futures still complete. Called by the client that owns the service.
     */
    @Override
    void close();

    /**
     * Makes a service of a blocking client, such as one for SMTP or SMS.
     *
     * @param provider the channel's id
     * @param executor where calls block; its size bounds how many do so at once. The host closes it
     * @param attempt makes one attempt and says how it ended; an exception it throws counts as {@link PushResponse.Unknown}
     * @return the service
     */
    static PushService blocking(ProviderId provider, Executor executor, Function<PushRequest, PushResponse> attempt) {
        return new BlockingPushService(provider, executor, attempt);
    }
}
