package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.DedupUnavailableException;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls of dedup stores, and what they answer, for tests. */
final class Dedup {

    static final ClaimOwner ANNA = new ClaimOwner("anna-4711");
    static final ClaimOwner BERT = new ClaimOwner("bert-4712");
    static final ClaimTerms TERMS = new ClaimTerms(Duration.ofMinutes(5), Duration.ofHours(6));
    static final TargetEnds ALL = TargetEnds.all(Set.of(target(1)));
    static final Claim NEW = new Claim.New(Set.of(), false);
    static final Claim DUPLICATE = new Claim.Duplicate();

    private static final int PATIENCE_SECONDS = 120;

    private Dedup() {}

    static CompletionStage<Claim> claim(DedupStore store, DedupKey key, ClaimOwner owner) {
        return store.claim(key, owner, TERMS);
    }

    static CompletionStage<Boolean> confirm(DedupStore store, DedupKey key, ClaimOwner owner) {
        return store.confirm(key, owner, ALL, TERMS.ttl());
    }

    static TargetDigest target(int number) {
        return new TargetDigest(String.format("%032x", number));
    }

    /** What a call answers in the end. */
    static <T> T answer(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Why a call failed; it must be the store's own exception, and say neither key nor owner. */
    static RedisFailure failure(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            Object answer = stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("it answered: " + answer);
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOf(DedupUnavailableException.class)
                    .hasCauseInstanceOf(RedisFailure.class);
            for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain(":d:", "anna", "bert", "4711");
            }
            return (RedisFailure) e.getCause().getCause();
        }
    }
}
