package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dedup store in the plainest possible words: every grant of an id stays in a list, in order, and every question is answered by looking at
 * all of them. Instants and durations are whole ticks.
 */
final class DedupReference {

    private enum State {
        HELD,
        SUPERSEDED,
        SAID,
        OVER
    }

    private static final class Grant {
        final ClaimOwner owner;
        final String content;
        final boolean correction;
        final boolean takenOver;
        OptionalLong version;
        long leaseEnd;
        State state = State.HELD;
        Set<TargetDigest> ended = Set.of();
        boolean complete;
        boolean repeatable;

        Grant(DedupKey key, ClaimOwner owner, boolean correction, boolean takenOver, long leaseEnd) {
            this.owner = owner;
            this.content = key.contentHash();
            this.version = key.version();
            this.correction = correction;
            this.takenOver = takenOver;
            this.leaseEnd = leaseEnd;
        }

        void raise(DedupKey key) {
            if (version.isEmpty()
                    || (key.version().isPresent()
                            && isBelow(version, key.version().getAsLong()))) {
                version = key.version();
            }
        }
    }

    private static final class Event {
        final List<Grant> grants = new ArrayList<>();
        long forgottenAt;
    }

    private final Duration tick;
    private final Map<String, Event> events = new HashMap<>();
    private long now;

    DedupReference(Duration tick) {
        this.tick = tick;
    }

    void passTime(long ticks) {
        now += ticks;
    }

    Claim claim(DedupKey key, ClaimOwner owner, long lease, long ttl) {
        Event event = event(key);
        List<Grant> grants = event.grants;
        Grant own = open(grants, owner);
        if (own != null && own.content.equals(key.contentHash())) {
            if (own.state == State.SUPERSEDED) {
                return new Claim.Stale();
            }
            own.leaseEnd = now + lease;
            own.raise(key);
            event.forgottenAt = now + ttl;
            return granted(grants, own);
        }
        for (Grant grant : grants) {
            boolean counts = grant.state == State.SAID || runs(grant);
            if (counts
                    && key.version().isPresent()
                    && isAbove(grant.version, key.version().getAsLong())) {
                return new Claim.Stale();
            }
        }
        Grant newest = null;
        for (Grant grant : grants) {
            if (grant.state == State.SAID || runs(grant)) {
                newest = grant;
            }
        }
        boolean correction = false;
        if (newest != null && newest.content.equals(key.contentHash())) {
            if (newest.state != State.SAID) {
                newest.raise(key);
                return new Claim.InFlight(left(newest));
            }
            if (newest.complete) {
                newest.raise(key);
                return new Claim.Duplicate();
            }
        } else if (newest != null) {
            correction = true;
            boolean supersedes = newest.state == State.HELD && newest != own;
            List<Grant> atWork = superseded(grants);
            if (supersedes && atWork.size() == DedupStore.MAX_SUPERSEDED && !atWork.contains(own)) {
                return new Claim.InFlight(
                        atWork.stream().map(this::left).sorted().toList().get(0));
            }
        }
        boolean takenOver = false;
        for (Grant grant : grants) {
            if (grant.state == State.HELD) {
                takenOver = grant.content.equals(key.contentHash());
                grant.state = runs(grant) ? State.SUPERSEDED : State.OVER;
            }
            if (grant == own) {
                grant.state = State.OVER;
            }
            if (grant.owner.equals(owner)) {
                grant.repeatable = false;
            }
        }
        Grant grant = new Grant(key, owner, correction, takenOver, now + lease);
        grants.add(grant);
        event.forgottenAt = now + ttl;
        return granted(grants, grant);
    }

    Standing renew(DedupKey key, ClaimOwner owner, long lease, long ttl) {
        Event event = event(key);
        Grant own = open(event.grants, owner);
        if (own == null) {
            return Standing.LOST;
        }
        own.leaseEnd = now + lease;
        event.forgottenAt = now + ttl;
        return own.state == State.HELD ? Standing.HELD : Standing.SUPERSEDED;
    }

    boolean confirm(DedupKey key, ClaimOwner owner, TargetEnds ends, long ttl) {
        Event event = event(key);
        Grant own = open(event.grants, owner);
        Grant said = said(event.grants);
        if (own == null) {
            return said != null && said.repeatable && said.owner.equals(owner);
        }
        if (said != null && event.grants.indexOf(said) > event.grants.indexOf(own)) {
            own.state = State.OVER;
            return false;
        }
        if (own.state == State.HELD) {
            superseded(event.grants).forEach(grant -> grant.state = State.OVER);
        }
        own.state = State.SAID;
        own.complete = ends.complete();
        own.ended = new HashSet<>(ends.ended());
        own.repeatable = true;
        if (said != null && said.content.equals(own.content) && !own.correction) {
            own.ended.addAll(said.ended);
        }
        event.forgottenAt = now + ttl;
        return true;
    }

    boolean release(DedupKey key, ClaimOwner owner) {
        Grant own = open(event(key).grants, owner);
        if (own == null) {
            return false;
        }
        own.state = State.OVER;
        return true;
    }

    /** Who could end something. */
    List<ClaimOwner> holders(DedupKey key) {
        return event(key).grants.stream()
                .filter(grant -> isOpen(grant))
                .map(grant -> grant.owner)
                .toList();
    }

    private Claim granted(List<Grant> grants, Grant own) {
        if (own.correction) {
            List<Duration> left =
                    superseded(grants).stream().map(this::left).sorted().toList();
            return new Claim.Correction(left.isEmpty() ? Duration.ZERO : left.get(left.size() - 1));
        }
        Grant said = said(grants);
        boolean same = said != null && said.content.equals(own.content);
        return new Claim.New(same && said != null ? said.ended : Set.of(), own.takenOver);
    }

    private Event event(DedupKey key) {
        Event event = events.computeIfAbsent(key.id(), id -> new Event());
        if (event.forgottenAt <= now) {
            event.grants.clear();
        }
        return event;
    }

    private @Nullable Grant open(List<Grant> grants, ClaimOwner owner) {
        return grants.stream()
                .filter(grant -> grant.owner.equals(owner) && isOpen(grant))
                .findAny()
                .orElse(null);
    }

    private static @Nullable Grant said(List<Grant> grants) {
        Grant last = null;
        for (Grant grant : grants) {
            if (grant.state == State.SAID) {
                last = grant;
            }
        }
        return last;
    }

    private List<Grant> superseded(List<Grant> grants) {
        return grants.stream()
                .filter(grant -> grant.state == State.SUPERSEDED && runs(grant))
                .toList();
    }

    private boolean isOpen(Grant grant) {
        return grant.state == State.HELD || (grant.state == State.SUPERSEDED && runs(grant));
    }

    private boolean runs(Grant grant) {
        return (grant.state == State.HELD || grant.state == State.SUPERSEDED) && now < grant.leaseEnd;
    }

    private Duration left(Grant grant) {
        return tick.multipliedBy(grant.leaseEnd - now);
    }

    private static boolean isAbove(OptionalLong version, long than) {
        return version.isPresent() && version.getAsLong() > than;
    }

    private static boolean isBelow(OptionalLong version, long than) {
        return version.isPresent() && version.getAsLong() < than;
    }
}
