package dev.notifykit.redis;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

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

    /** Half a second's calls of a busy instance, some 10 MB; a longer queue would only be a longer wait for the timeout. */
    static final int MAX_WAITING = 20_000;

    /** Larger ones cost no less per call, and Redis does nothing else meanwhile: about 2 ms. */
    static final int MAX_TOGETHER = 250;

    /** One reads answers while Redis works for the other. */
    private static final int MAX_SINGLE_THREADS = 2;

    /** In a cluster: a node that does not answer holds up no partition but its own, as long as there are not more than that. */
    private static final int MAX_CLUSTER_THREADS = RedisSettings.DEFAULT_PARTITIONS;

    private static final Script SCRIPT = Script.named("dedup");

    private final RedisLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final Duration timeout;
    private final List<Riders<DedupCall<?>>> riders;

    RedisDedupStore(RedisLink link, RedisSettings settings, Clock clock) {
        this.link = link;
        this.keys = new RedisKeys(settings);
        this.clock = clock;
        this.timeout = settings.timeout();
        int threads = Math.min(settings.partitions(), link.isCluster() ? MAX_CLUSTER_THREADS : MAX_SINGLE_THREADS);
        riders = IntStream.rangeClosed(1, threads)
                .mapToObj(i -> new Riders<DedupCall<?>>(
                        "notify-redis-dedup-" + i,
                        MAX_WAITING / threads,
                        MAX_TOGETHER,
                        this::send,
                        RedisDedupStore::unavailable))
                .toList();
    }

    @Override
    public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return add(DedupCall.claim(keys.dedup(key), key, owner, terms, deadline()));
    }

    @Override
    public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return add(DedupCall.renew(keys.dedup(key), owner, terms, deadline()));
    }

    @Override
    public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("the time to live must be positive, is " + ttl);
        }
        return add(DedupCall.confirm(keys.dedup(key), owner, ends, ttl, deadline()));
    }

    @Override
    public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
        return add(DedupCall.release(keys.dedup(key), owner, deadline()));
    }

    /** Ends all stages, and its threads; what was said stays in Redis. Idempotent. */
    @Override
    public void close() {
        riders.forEach(Riders::close);
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        long now = System.nanoTime();
        riders.forEach(r -> r.endOverdue(now, timeout));
    }

    private long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    private <T> CompletionStage<T> add(DedupCall<T> call) {
        riders.get(call.partition() % riders.size()).add(call);
        return call.answer();
    }

    private void send(List<DedupCall<?>> together) {
        if (!link.isCluster()) {
            run(together);
            return;
        }
        Map<Integer, List<DedupCall<?>>> byPartition = new TreeMap<>();
        together.forEach(call -> byPartition
                .computeIfAbsent(call.partition(), p -> new ArrayList<>())
                .add(call));
        byPartition.values().forEach(this::runOrFail);
    }

    private void run(List<DedupCall<?>> calls) {
        List<byte[]> slots = new ArrayList<>(calls.size());
        List<byte[]> args = new ArrayList<>(calls.size() + 1);
        args.add(clock.shift());
        for (DedupCall<?> call : calls) {
            slots.add(call.key());
            args.add(call.text());
        }
        List<?> verdicts = (List<?>) link.run(new ScriptCall(SCRIPT, slots, args));
        for (int i = 0; i < calls.size(); i++) {
            end(calls.get(i), new String((byte[]) verdicts.get(i), StandardCharsets.US_ASCII));
        }
    }

    /**
     * One partition's failure is not another's. While its slot moves from node to node, with some keys here and some there, only
     * scripts of one key can be run.
     */
    private void runOrFail(List<DedupCall<?>> calls) {
        try {
            run(calls);
        } catch (RedisFailure failure) {
            if (failure.kind() == RedisFailure.Kind.CLUSTER && calls.size() > 1) {
                calls.forEach(call -> runOrFail(List.of(call)));
            } else {
                calls.forEach(call -> call.answer().completeExceptionally(unavailable(failure)));
            }
        }
    }

    private static <T> void end(DedupCall<T> call, String verdict) {
        try {
            call.answer().complete(call.read(verdict));
        } catch (RedisFailure failure) {
            call.answer().completeExceptionally(unavailable(failure));
        }
    }

    private static DedupUnavailableException unavailable(RedisFailure failure) {
        return new DedupUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
