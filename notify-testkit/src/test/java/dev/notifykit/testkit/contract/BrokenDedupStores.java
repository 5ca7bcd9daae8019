package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.DedupFixture.isGranted;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Stores that remember something of their own, and get it wrong. */
final class BrokenDedupStores {

    private BrokenDedupStores() {}

    /** Whoever confirms or releases ends the claim of whoever was granted last. */
    static final class NobodyAsksWhoHolds extends ForwardingDedupStore {

        private final Map<String, ClaimOwner> last = new ConcurrentHashMap<>();
        private final boolean confirms;

        NobodyAsksWhoHolds(DedupStore sound, boolean confirms) {
            super(sound);
            this.confirms = confirms;
        }

        @Override
        Claim verdict(Claim claim, DedupKey key, ClaimOwner owner) {
            if (isGranted(claim)) {
                last.put(key.id(), owner);
            }
            return claim;
        }

        @Override
        public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
            return sound.confirm(key, confirms ? last.getOrDefault(key.id(), owner) : owner, ends, ttl);
        }

        @Override
        public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
            return sound.release(key, confirms ? owner : last.getOrDefault(key.id(), owner));
        }
    }

    /** What Redis calls SET NX: seen is said. */
    static final class ClaimIsConfirm extends ForwardingDedupStore {

        ClaimIsConfirm(DedupStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            CompletionStage<Claim> claim = sound.claim(key, owner, terms);
            if (claim.toCompletableFuture().join() instanceof Claim.New) {
                sound.confirm(key, owner, TargetEnds.all(Set.of()), terms.ttl());
            }
            return claim;
        }
    }

    /** A release deletes the key. */
    static final class ReleaseForgets extends ForwardingDedupStore {

        private final Map<String, Integer> deleted = new ConcurrentHashMap<>();

        ReleaseForgets(DedupStore sound) {
            super(sound);
        }

        private DedupKey now(DedupKey key) {
            return withId(key, deleted.getOrDefault(key.id(), 0) + key.id());
        }

        @Override
        public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.claim(now(key), owner, terms);
        }

        @Override
        public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            return super.renew(now(key), owner, terms);
        }

        @Override
        public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
            return super.confirm(now(key), owner, ends, ttl);
        }

        @Override
        public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
            return super.release(now(key), owner).thenApply(released -> {
                if (released) {
                    deleted.merge(key.id(), 1, Integer::sum);
                }
                return released;
            });
        }
    }

    /** Looks whether the key is free, and takes it then: between the two another may do the same. */
    static final class LooksThenTakes extends ForwardingDedupStore {

        private final Set<String> taken = ConcurrentHashMap.newKeySet();
        private final AtomicInteger inside = new AtomicInteger();

        LooksThenTakes(DedupStore sound) {
            super(sound);
        }

        @Override
        public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
            boolean free = !taken.contains(key.id());
            inside.incrementAndGet();
            waitFor(() -> inside.get() > 1);
            CompletionStage<Claim> claim = sound.claim(key, owner, terms);
            taken.add(key.id());
            inside.decrementAndGet();
            return free ? CompletableFuture.completedStage(new Claim.New(Set.of(), false)) : claim;
        }
    }

    /** The superseded who asks again hears what it heard before. */
    static final class TheSupersededGoesOn extends ForwardingDedupStore {

        private final Map<String, Claim> granted = new ConcurrentHashMap<>();

        TheSupersededGoesOn(DedupStore sound) {
            super(sound);
        }

        @Override
        Claim verdict(Claim claim, DedupKey key, ClaimOwner owner) {
            String asked = key.id() + key.contentHash() + owner;
            if (isGranted(claim)) {
                granted.put(asked, claim);
            }
            return claim instanceof Claim.Stale ? granted.getOrDefault(asked, claim) : claim;
        }
    }

    /** The repetition of a confirm that was noted is answered as a stranger's. */
    static final class ConfirmAnswersOnce extends ForwardingDedupStore {

        private final Set<String> confirmed = new HashSet<>();

        ConfirmAnswersOnce(DedupStore sound) {
            super(sound);
        }

        @Override
        Claim verdict(Claim claim, DedupKey key, ClaimOwner owner) {
            if (isGranted(claim)) {
                confirmed.remove(key.id() + owner);
            }
            return claim;
        }

        @Override
        public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
            return sound.confirm(key, owner, ends, ttl).thenApply(noted -> noted && confirmed.add(key.id() + owner));
        }
    }

    static DedupKey withId(DedupKey key, String id) {
        // A key does not give its content back; its hash is one, too.
        DedupKey same = DedupKey.of(id);
        same = key.contentHash().isEmpty() ? same : same.content(key.contentHash());
        return key.version().isPresent() ? same.version(key.version().getAsLong()) : same;
    }

    /** Keeps the window open until another thread has come by; gives up, since not every call has one. */
    private static void waitFor(BooleanSupplier condition) {
        for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
            Thread.yield();
        }
    }
}
