package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same event reaches many instances at the same time. */
class FleetDedupTest {

    private static final int INSTANCES = 3;
    private static final int THREADS = 64;

    @ParameterizedTest
    @EnumSource
    void oneOfManyInstancesGoesOn(RedisTopology.Kind kind) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (TestStores stores = new TestStores(SharedRedis.of(kind))) {
            List<DedupStore> instances = IntStream.range(0, INSTANCES)
                    .mapToObj(i -> stores.create("-shared").dedupStore())
                    .toList();
            for (int round = 0; round < 5; round++) {
                DedupKey event = DedupKey.of("event-" + round);
                List<Claim> claims = claimEverywhere(threads, instances, event);

                assertThat(claims).hasSize(INSTANCES * THREADS);
                assertThat(claims).filteredOn(Claim.New.class::isInstance).hasSize(1);
                assertThat(claims).filteredOn(Claim.Duplicate.class::isInstance).hasSize(INSTANCES * THREADS - 1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whoever may go on confirms; whoever must wait asks again. */
    private static List<Claim> claimEverywhere(ExecutorService threads, List<DedupStore> instances, DedupKey event)
            throws Exception {
        List<Callable<Claim>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            for (DedupStore instance : instances) {
                calls.add(() -> claim(instance, event));
            }
        }
        List<Claim> claims = new ArrayList<>();
        for (Future<Claim> call : threads.invokeAll(calls)) {
            claims.add(call.get());
        }
        return claims;
    }

    private static Claim claim(DedupStore store, DedupKey event) throws Exception {
        ClaimOwner owner = ClaimOwner.random();
        Claim claim = Dedup.answer(Dedup.claim(store, event, owner));
        while (claim instanceof Claim.InFlight) {
            claim = Dedup.answer(Dedup.claim(store, event, owner));
        }
        if (claim instanceof Claim.New) {
            assertThat(Dedup.answer(Dedup.confirm(store, event, owner))).isTrue();
        }
        return claim;
    }
}
