package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.PacedPeer;
import dev.notifykit.benchmarks.harness.Timetable;
import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.redis.RedisStores;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Our dedup store in Redis, as the direct road calls it: a claim by an owner of its own, and when that is granted its confirm. */
public final class DedupRoad implements PacedPeer {

    private static final ClaimTerms TERMS = DedupSettings.defaults().terms();

    private static final TargetEnds ENDS = TargetEnds.all(Set.of(new TargetDigest("0123456789abcdef".repeat(2))));

    private final RedisStores stores;
    private final DedupStore store;
    private final Semaphore permits;

    /**
     * Connects with the first event.
     *
     * @param endpoint where to
     */
    public DedupRoad(Endpoint endpoint) {
        stores = Roads.redis(endpoint);
        store = stores.dedupStore();
        permits = new Semaphore(endpoint.inFlight());
    }

    @Override
    public void send(Batch batch) throws InterruptedException {
        for (int i = 0; i < batch.size(); i++) {
            permits.acquire();
            CompletionStage<Void> unused = event(batch, i, null).handle((said, failure) -> {
                permits.release();
                return end(batch, said, failure);
            });
        }
    }

    @Override
    public void offer(Batch batch, int number, Timetable timetable) {
        CompletionStage<Void> unused = event(batch, number, timetable).handle((said, failure) -> {
            timetable.ended(number);
            return end(batch, said, failure);
        });
    }

    /** Whether it was new and is confirmed. */
    private CompletionStage<Boolean> event(Batch batch, int number, @Nullable Timetable timetable) {
        DedupKey key = DedupKey.of(batch.id(number).toString());
        ClaimOwner owner = ClaimOwner.random();
        return store.claim(key, owner, TERMS).thenCompose(claim -> {
            if (timetable != null) {
                timetable.answered(number);
            }
            if (!(claim instanceof Claim.New)) {
                throw new IllegalStateException("the claim of a new event was answered " + claim);
            }
            return store.confirm(key, owner, ENDS, TERMS.ttl());
        });
    }

    private static @Nullable Void end(Batch batch, @Nullable Boolean said, @Nullable Throwable failure) {
        if (Boolean.TRUE.equals(said)) {
            batch.accepted();
        } else {
            batch.failed(failure == null ? "a claim was lost" : failure);
        }
        return null;
    }

    @Override
    public String about() {
        return Libraries.redis();
    }

    @Override
    public void close() {
        stores.close();
    }
}
