package dev.notifykit.redis;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.LimitUnavailableException;
import dev.notifykit.limit.Reservation;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Remembers in Redis what devices got, for all instances: one string for each device that got anything lately, with the window as its time to live, and one script,
 * {@code cap.lua}. Calls that come at the same time ride together: standalone in one script, in a cluster in one for each partition.
 *
 * <p>Thread-safe. Stages end on the store's own threads ({@code notify-redis-caps-…}): what hangs on them must not block. Every stage ends within
 * the timeout of the settings, with {@link LimitUnavailableException} when Redis cannot be reached, is out of memory, or holds something else under
 * the key. The clock is Redis's.
 */
final class RedisCapStore implements CapStore {

    private static final int MAX_THREADS = 2;

    private final RedisKeys keys;
    private final Batches batches;

    RedisCapStore(RedisLink link, RedisSettings settings, Clock clock) {
        keys = new RedisKeys(settings);
        batches = new Batches(
                "notify-redis-caps",
                MAX_THREADS,
                link,
                Script.named("cap"),
                settings,
                clock,
                RedisCapStore::unavailable);
    }

    @Override
    public CompletionStage<Boolean> reserve(Reservation place, DeviceCap cap) {
        return batches.add(CapCall.reserve(keys.cap(place.target()), place, cap, batches.deadline()));
    }

    @Override
    public CompletionStage<Boolean> refund(Reservation place) {
        return batches.add(CapCall.refund(keys.cap(place.target()), place, batches.deadline()));
    }

    /** Ends all stages, and its threads; what was reserved stays so. Idempotent. */
    @Override
    public void close() {
        batches.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        batches.endOverdue();
    }

    private static LimitUnavailableException unavailable(RedisFailure failure) {
        return new LimitUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
