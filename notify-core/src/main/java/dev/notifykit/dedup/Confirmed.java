package dev.notifykit.dedup;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest content of a key that was said. Immutable.
 *
 * @param content its hash
 * @param version the highest that was known by then
 * @param ended who must not get it again; empty when it is complete, since then nobody is asked for
 * @param grant the number of the claim that said it
 * @param owner who held that claim, as long as it may repeat its confirm
 * @param correction whether that claim was a correction
 */
record Confirmed(
        String content,
        long version,
        Set<TargetDigest> ended,
        boolean complete,
        long grant,
        @Nullable ClaimOwner owner,
        boolean correction) {

    /**
     * What is known once a claim has ended. One that went on with the content that was said before adds to it; a correction starts from nothing, for
     * even where the same had been said before, something else was said in between.
     */
    static Confirmed after(@Nullable Confirmed before, MemoryClaim claim, TargetEnds ends) {
        long version = claim.version();
        Set<TargetDigest> ended = ends.ended();
        if (before != null) {
            version = Math.max(version, before.version);
            if (!claim.correction()) {
                ended = union(ended, before.ended);
            }
        }
        if (ends.complete()) {
            ended = Set.of();
        }
        return new Confirmed(
                claim.content(), version, ended, ends.complete(), claim.grant(), claim.owner(), claim.correction());
    }

    Confirmed raise(DedupKey key) {
        long given = key.version().orElse(MemoryClaim.NO_VERSION);
        return given <= version ? this : new Confirmed(content, given, ended, complete, grant, owner, correction);
    }

    /** From now on a confirm of this owner speaks of a newer claim. */
    Confirmed forget(ClaimOwner claimsAgain) {
        return claimsAgain.equals(owner)
                ? new Confirmed(content, version, ended, complete, grant, null, correction)
                : this;
    }

    /** Not all of those who were told count as told any more. */
    Confirmed only(Set<TargetDigest> stillEnded) {
        return new Confirmed(content, version, Set.copyOf(stillEnded), false, grant, owner, correction);
    }

    private static Set<TargetDigest> union(Set<TargetDigest> some, Set<TargetDigest> others) {
        Set<TargetDigest> all = new HashSet<>(some);
        all.addAll(others);
        return Set.copyOf(all);
    }
}
