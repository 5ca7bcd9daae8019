package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A sound store, for subclasses that break one rule of it. */
class ForwardingDedupStore implements DedupStore {

    final DedupStore sound;

    ForwardingDedupStore(DedupStore sound) {
        this.sound = sound;
    }

    @Override
    public CompletionStage<Claim> claim(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return sound.claim(key, owner, terms).thenApply(claim -> verdict(claim, key, owner));
    }

    /** What the asker is told. */
    Claim verdict(Claim claim, DedupKey key, ClaimOwner owner) {
        return claim;
    }

    @Override
    public CompletionStage<Standing> renew(DedupKey key, ClaimOwner owner, ClaimTerms terms) {
        return sound.renew(key, owner, terms);
    }

    @Override
    public CompletionStage<Boolean> confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, Duration ttl) {
        return sound.confirm(key, owner, ends, ttl);
    }

    @Override
    public CompletionStage<Boolean> release(DedupKey key, ClaimOwner owner) {
        return sound.release(key, owner);
    }

    @Override
    public void close() {
        sound.close();
    }
}
