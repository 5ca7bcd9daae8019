package dev.notifykit.redis;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Remembers in Redis what was said, for all instances: one string for each key, with the time to live that the calls say, and one
 * script, {@code dedup.lua}, that decides. Calls that come at the same time ride together: standalone in one script, in a cluster in one
 * for each partition.
 *
 * <p>Thread-safe. Stages end on the store's own threads ({@code notify-redis-dedup-…}), which go on sending only when what hangs on the stages has
 * run: it must not block. Every stage ends within the timeout of the settings, with {@link DedupUnavailableException} when Redis cannot be reached,
 * is out of memory (claims only), or holds something else under the key. The clock is Redis's.
 */
final class RedisDedupStore implements DedupStore {

    private final RedisKeys keys;
    private final Batches batches;

    RedisDedupStore(RedisLink link, RedisSettings settings, Clock clock) {
        keys = new RedisKeys(settings);
        batches = new Batches(
                "notify-redis-dedup",
                Integer.MAX_VALUE,
                link,
                Script.named("dedup"),
                settings,
                clock,
                RedisDedupStore::unavailable);
    }

    @Override
    public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return batches.add(DedupCall.claim(keys.dedup(key), key, owner, terms, batches.deadline()));
    }

    @Override
    public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return batches.add(DedupCall.renew(keys.dedup(key), owner, terms, batches.deadline()));
    }

    @Override
    public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("the time to live must be positive, is " + ttl);
        }
        return batches.add(DedupCall.confirm(keys.dedup(key), key, owner, ends, ttl, batches.deadline()));
    }

    @Override
    public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
        return batches.add(DedupCall.release(keys.dedup(key), owner, batches.deadline()));
    }

    /** Ends all stages, and its threads; what was said stays in Redis. Idempotent. */
    @Override
    public void close() {
        batches.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        batches.endOverdue();
    }

    private static DedupUnavailableException unavailable(RedisFailure failure) {
        return new DedupUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
