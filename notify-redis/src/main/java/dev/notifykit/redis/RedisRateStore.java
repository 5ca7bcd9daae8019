package dev.notifykit.redis;

import dev.notifykit.limit.LimitUnavailableException;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Keeps rates in Redis, for all instances: one small hash for each, that vanishes when nobody asks, and one script, {@code rate.lua}. Calls for
 * different rates that come at the same time share a pipeline.
 *
 * <p>Thread-safe. Stages end on the store's own thread ({@code notify-redis-rates}): what hangs on them must not block. Every stage ends
 * within the timeout of the settings, with {@link LimitUnavailableException} when Redis cannot be reached, or holds something else under the key. The clock is Redis's.
 */
final class RedisRateStore implements RateStore {

    /** A client has one call under way for each rate. */
    private static final int MAX_WAITING = 10_000;

    private static final int MAX_TOGETHER = 64;

    private final RedisLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final Duration timeout;
    private final Riders<RateCall> riders;

    RedisRateStore(RedisLink link, RedisSettings settings, Clock clock) {
        this.link = link;
        this.clock = clock;
        keys = new RedisKeys(settings);
        timeout = settings.timeout();
        riders = new Riders<>("notify-redis-rates", MAX_WAITING, MAX_TOGETHER, this::send, RedisRateStore::unavailable);
    }

    @Override
    public CompletionStage<RateGrant> take(RateAsk ask) {
        RateCall call = new RateCall(keys.rate(ask.rate()), ask, clock, System.nanoTime() + timeout.toNanos());
        riders.add(call);
        return call.answer();
    }

    /** Ends all stages, and its thread; what was taken stays taken. Idempotent. */
    @Override
    public void close() {
        riders.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        riders.endOverdue(System.nanoTime(), timeout);
    }

    private void send(List<RateCall> together) {
        List<Object> answers =
                link.runAll(together.stream().map(RateCall::script).toList());
        for (int i = 0; i < together.size(); i++) {
            try {
                together.get(i).hear(answers.get(i));
            } catch (RuntimeException failure) {
                together.get(i).answer().completeExceptionally(unavailable(RedisFailure.of(failure)));
            }
        }
    }

    private static LimitUnavailableException unavailable(RedisFailure failure) {
        return new LimitUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
