package dev.notifykit.dedup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the in-memory store knows of one key, and its verdicts; {@link DedupStore} states the rules. Guarded by the store's lock. Instants are
 * nanoseconds since the store was made.
 */
final class Known {

    private @Nullable Confirmed confirmed;

    /** The newest grant, until its holder ends it or it is superseded or taken over; its lease may have ended. */
    private @Nullable MemoryClaim held;

    /** Oldest first, all older than {@link #held}. Most keys never have one: the empty list costs nothing. */
    private List<MemoryClaim> superseded = List.of();

    private long grants;
    private long forgottenAt;

    Claim claim(DedupKey key, ClaimOwner owner, long now, long leaseEnd) {
        dropEnded(now);
        String content = key.contentHash();
        MemoryClaim own = of(owner);
        if (own != null && own.content().equals(content)) {
            return own == held ? again(held, key, now, leaseEnd) : new Claim.Stale();
        }
        if (key.version().isPresent() && key.version().getAsLong() < highestVersion(now)) {
            return new Claim.Stale();
        }
        MemoryClaim newest = newestRunning(now);
        Confirmed said = confirmed;
        if (newest != null && (said == null || newest.grant() > said.grant())) {
            if (newest.content().equals(content)) {
                newest.raise(key);
                return new Claim.InFlight(Duration.ofNanos(newest.left(now)));
            }
            return correct(key, owner, now, leaseEnd);
        }
        if (said == null || said.content().equals(content)) {
            if (said != null && said.complete()) {
                confirmed = said.raise(key);
                return new Claim.Duplicate();
            }
            return verdict(grant(key, owner, false, now, leaseEnd), now);
        }
        return correct(key, owner, now, leaseEnd);
    }

    Standing renew(ClaimOwner owner, long now, long leaseEnd) {
        dropEnded(now);
        MemoryClaim own = of(owner);
        if (own == null) {
            return Standing.LOST;
        }
        own.extend(leaseEnd);
        return own == held ? Standing.HELD : Standing.SUPERSEDED;
    }

    /** What a confirm found. */
    enum Confirmation {
        NOTED,
        REPEATED,
        LOST
    }

    Confirmation confirm(ClaimOwner owner, TargetEnds ends, long now) {
        dropEnded(now);
        MemoryClaim own = of(owner);
        Confirmed said = confirmed;
        if (own == null) {
            return said != null && owner.equals(said.owner()) ? Confirmation.REPEATED : Confirmation.LOST;
        }
        boolean wasHeld = own == held;
        drop(own);
        if (said != null && said.grant() > own.grant()) {
            return Confirmation.LOST;
        }
        confirmed = Confirmed.after(said, own, ends);
        if (wasHeld) {
            superseded = List.of();
        }
        return Confirmation.NOTED;
    }

    boolean release(ClaimOwner owner, long now) {
        dropEnded(now);
        MemoryClaim own = of(owner);
        if (own == null) {
            return false;
        }
        drop(own);
        return true;
    }

    boolean isEmpty() {
        return confirmed == null && held == null && superseded.isEmpty();
    }

    long forgottenAt() {
        return forgottenAt;
    }

    void forgetAt(long instant) {
        forgottenAt = instant;
    }

    private Claim again(MemoryClaim own, DedupKey key, long now, long leaseEnd) {
        own.extend(leaseEnd);
        own.raise(key);
        return verdict(own, now);
    }

    private Claim correct(DedupKey key, ClaimOwner owner, long now, long leaseEnd) {
        MemoryClaim other = held;
        boolean supersedes = other != null && other.runs(now) && !other.owner().equals(owner);
        if (supersedes && superseded.size() >= DedupStore.MAX_SUPERSEDED && of(owner) == null) {
            return new Claim.InFlight(superseded.stream()
                    .map(claim -> Duration.ofNanos(claim.left(now)))
                    .min(Comparator.naturalOrder())
                    .orElseThrow());
        }
        return verdict(grant(key, owner, true, now, leaseEnd), now);
    }

    private MemoryClaim grant(DedupKey key, ClaimOwner owner, boolean correction, long now, long leaseEnd) {
        MemoryClaim before = held;
        boolean takenOver = before != null && before.content().equals(key.contentHash());
        dropSuperseded(claim -> claim.owner().equals(owner));
        if (before != null && before.runs(now) && !before.owner().equals(owner)) {
            superseded = new ArrayList<>(superseded);
            superseded.add(before);
        }
        if (confirmed != null) {
            confirmed = confirmed.forget(owner);
        }
        MemoryClaim granted = new MemoryClaim(key, owner, ++grants, correction, takenOver, leaseEnd);
        held = granted;
        return granted;
    }

    private Claim verdict(MemoryClaim own, long now) {
        if (own.correction()) {
            return new Claim.Correction(superseded.stream()
                    .map(claim -> Duration.ofNanos(claim.left(now)))
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO));
        }
        // What was confirmed, if anything, has the same content, or it would be a correction.
        return new Claim.New(confirmed == null ? Set.of() : confirmed.ended(), own.takenOver());
    }

    private @Nullable MemoryClaim of(ClaimOwner owner) {
        if (held != null && held.owner().equals(owner)) {
            return held;
        }
        for (MemoryClaim claim : superseded) {
            if (claim.owner().equals(owner)) {
                return claim;
            }
        }
        return null;
    }

    private @Nullable MemoryClaim newestRunning(long now) {
        if (held != null && held.runs(now)) {
            return held;
        }
        return superseded.isEmpty() ? null : superseded.get(superseded.size() - 1);
    }

    private long highestVersion(long now) {
        long highest = confirmed == null ? MemoryClaim.NO_VERSION : confirmed.version();
        if (held != null && held.runs(now)) {
            highest = Math.max(highest, held.version());
        }
        for (MemoryClaim claim : superseded) {
            highest = Math.max(highest, claim.version());
        }
        return highest;
    }

    private void drop(MemoryClaim claim) {
        if (claim == held) {
            held = null;
        } else {
            dropSuperseded(other -> other == claim);
        }
    }

    /** A superseded claim is over when its lease is: nobody waits for its holder any longer. */
    private void dropEnded(long now) {
        dropSuperseded(claim -> !claim.runs(now));
    }

    private void dropSuperseded(Predicate<MemoryClaim> which) {
        if (!superseded.isEmpty()) {
            superseded = superseded.stream().filter(which.negate()).toList();
        }
    }
}
