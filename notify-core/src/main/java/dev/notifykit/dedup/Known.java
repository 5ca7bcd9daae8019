package dev.notifykit.dedup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
        return Objects.requireNonNull(decide(key, owner, now, leaseEnd, Asking.SENDER));
    }

    /** Of a message that holds its claim itself: null when it would be granted, and there is no room for it. */
    @Nullable
    Claim claimForMessage(DedupKey key, ClaimOwner owner, long now, boolean room) {
        return decide(key, owner, now, MemoryClaim.NEVER, room ? Asking.MESSAGE : Asking.MESSAGE_WITHOUT_ROOM);
    }

    private enum Asking {
        /** Can wait, and claim again. */
        SENDER,
        /** Cannot. */
        MESSAGE,
        /** Is granted nothing. */
        MESSAGE_WITHOUT_ROOM
    }

    private @Nullable Claim decide(DedupKey key, ClaimOwner owner, long now, long leaseEnd, Asking asking) {
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
            return correct(key, owner, now, leaseEnd, asking);
        }
        if (said == null || said.content().equals(content)) {
            if (said != null && said.complete()) {
                confirmed = said.raise(key);
                return new Claim.Duplicate();
            }
            return asking == Asking.MESSAGE_WITHOUT_ROOM ? null : verdict(grant(key, owner, false, now, leaseEnd), now);
        }
        return correct(key, owner, now, leaseEnd, asking);
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

    /** The held claim, if it is this owner's. */
    @Nullable
    MemoryClaim heldBy(ClaimOwner owner) {
        return held != null && held.owner().equals(owner) ? held : null;
    }

    /** The confirm of this owner and content, as long as it is the newest that is known. */
    @Nullable
    Confirmed saidBy(DedupKey key, ClaimOwner owner, long now) {
        dropEnded(now);
        Confirmed said = confirmed;
        MemoryClaim newest = newestRunning(now);
        if (said == null || (newest != null && newest.grant() >= said.grant())) {
            return null;
        }
        return owner.equals(said.owner()) && said.content().equals(key.contentHash()) ? said : null;
    }

    /**
     * What a message has said is to be said again to one target.
     *
     * @return whether the message holds the key; false: something else was said since, or the same by another
     */
    boolean claimAgain(DedupKey key, ClaimOwner owner, TargetDigest target, Set<TargetDigest> stillEnded, long now) {
        dropEnded(now);
        MemoryClaim own = of(owner);
        if (own != null) {
            return own == held && own.content().equals(key.contentHash());
        }
        Confirmed said = saidBy(key, owner, now);
        boolean correction = said != null && said.correction();
        if (said != null) {
            confirmed = said.only(stillEnded);
        } else if (newestRunning(now) != null
                || (confirmed != null
                        && (confirmed.complete()
                                || !confirmed.content().equals(key.contentHash())
                                || confirmed.ended().contains(target)))) {
            return false;
        }
        grant(key, owner, correction, now, MemoryClaim.NEVER);
        return true;
    }

    /** Only these have their end of what the message said: another may be told again. */
    void unsay(DedupKey key, ClaimOwner owner, Set<TargetDigest> stillEnded, long now) {
        Confirmed said = saidBy(key, owner, now);
        if (said != null) {
            confirmed = said.only(stillEnded);
        }
    }

    /** Whether a message holds a claim of it, superseded or not. */
    boolean hasMessage() {
        if (held != null && !held.endsByItself()) {
            return true;
        }
        for (MemoryClaim claim : superseded) {
            if (!claim.endsByItself()) {
                return true;
            }
        }
        return false;
    }

    boolean isClaimed() {
        return held != null || !superseded.isEmpty();
    }

    boolean isEmpty() {
        return confirmed == null && !isClaimed();
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

    private @Nullable Claim correct(DedupKey key, ClaimOwner owner, long now, long leaseEnd, Asking asking) {
        if (asking == Asking.MESSAGE_WITHOUT_ROOM) {
            return null;
        }
        MemoryClaim other = held;
        boolean supersedes = other != null && other.runs(now) && !other.owner().equals(owner);
        if (supersedes && superseded.size() >= DedupStore.MAX_SUPERSEDED && of(owner) == null) {
            if (asking == Asking.SENDER) {
                return new Claim.InFlight(superseded.stream()
                        .map(claim -> Duration.ofNanos(claim.left(now)))
                        .min(Comparator.naturalOrder())
                        .orElseThrow());
            }
            superseded = superseded.subList(1, superseded.size());
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
