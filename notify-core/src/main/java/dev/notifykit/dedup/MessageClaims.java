package dev.notifykit.dedup;

import dev.notifykit.push.MessageId;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of messages that wait in a queue in the same memory as an {@link InMemoryDedupStore}, which sees them and is seen by them. Their
 * owner is the {@linkplain ClaimOwner#of(MessageId) message itself}, and their leases do not end, for what holds them cannot die on its own. For
 * {@code InMemoryWorkQueue}; a queue that is shared does the same in the step that stores a message. Thread-safe, does not block.
 */
public final class MessageClaims {

    private final InMemoryDedupStore store;

    MessageClaims(InMemoryDedupStore store) {
        this.store = store;
    }

    /** What a message is told. */
    public enum Verdict {
        /** It holds the claim. */
        NEW,
        /** It holds the claim, and replaces something else. */
        CORRECTION,
        /** All of it was said by this very message, which was new then. */
        SAID_AS_NEW,
        /** All of it was said by this very message, which was a correction then. */
        SAID_AS_CORRECTION,
        /** The same was said by another, or is on its way. */
        DUPLICATE,
        /** Something newer is known. */
        STALE,
        /** It would be new or a correction; nothing was noted. */
        NO_ROOM
    }

    /**
     * The answer to a claim. Immutable.
     *
     * @param verdict the verdict
     * @param ended the targets that have their end of this content
     */
    public record Answer(Verdict verdict, Set<TargetDigest> ended) {

        static final Answer NO_ROOM = of(Verdict.NO_ROOM);

        /** Copies the targets. */
        public Answer {
            ended = Set.copyOf(ended);
        }

        static Answer of(Verdict verdict) {
            return new Answer(verdict, Set.of());
        }
    }

    /**
     * Claims a key.
     *
     * @param key what is to be said
     * @param message who asks
     * @param room whether the message could be stored
     * @return the verdict
     * @throws DedupUnavailableException when the store is closed
     */
    public Answer claim(DedupKey key, MessageId message, boolean room) {
        ClaimOwner owner = ClaimOwner.of(message);
        return store.step(key, (found, now) -> {
            store.requireOpen();
            Known known = found;
            if (known == null) {
                if (!room || !store.hasRoom(now)) {
                    return Answer.NO_ROOM;
                }
                known = new Known();
            }
            Confirmed said = known.saidBy(key, owner, now);
            if (said != null && said.complete()) {
                return Answer.of(said.correction() ? Verdict.SAID_AS_CORRECTION : Verdict.SAID_AS_NEW);
            }
            Claim claim = known.claimForMessage(key, owner, now, room);
            if (claim == null) {
                return Answer.NO_ROOM;
            }
            if (claim instanceof Claim.New || claim instanceof Claim.Correction) {
                store.changed(key, known, now, InMemoryDedupStore.LONGEST);
            }
            return answer(claim);
        });
    }

    private static Answer answer(Claim claim) {
        if (claim instanceof Claim.New granted) {
            return new Answer(Verdict.NEW, granted.ended());
        }
        if (claim instanceof Claim.Correction) {
            return Answer.of(Verdict.CORRECTION);
        }
        return Answer.of(claim instanceof Claim.Stale ? Verdict.STALE : Verdict.DUPLICATE);
    }

    /** How a message stands to its key. */
    public enum Holding {
        /** It holds it, and corrects nothing. */
        NEW,
        /** It holds it, and replaces something else. */
        CORRECTION,
        /** It was superseded. */
        SUPERSEDED
    }

    /**
     * Whether a message still holds its key.
     *
     * @param key its key
     * @param message the message
     * @return how it stands to it
     * @throws DedupUnavailableException when the store is closed
     */
    public Holding holding(DedupKey key, MessageId message) {
        return store.step(key, (known, now) -> {
            store.requireOpen();
            MemoryClaim held = known == null ? null : known.heldBy(ClaimOwner.of(message));
            if (held == null) {
                return Holding.SUPERSEDED;
            }
            return held.correction() ? Holding.CORRECTION : Holding.NEW;
        });
    }

    /**
     * Ends a claim.
     *
     * @param key the claimed key
     * @param message its holder, superseded or not
     * @param ends how its targets ended; null: nothing was said
     * @param ttl how long this is remembered
     * @param ownKey whether nobody else can have the key, so that it may be forgotten before others are refused
     */
    public void end(DedupKey key, MessageId message, @Nullable TargetEnds ends, Duration ttl, boolean ownKey) {
        ClaimOwner owner = ClaimOwner.of(message);
        store.alter(key, (known, now) -> {
            if (known != null) {
                boolean waited = known.hasMessage();
                boolean noted = ends == null
                        ? known.release(owner, now)
                        : known.confirm(owner, ends, now) == Known.Confirmation.NOTED;
                if (noted || (waited && !known.hasMessage())) {
                    store.changed(key, known, now, ttl);
                }
                if (ownKey && !known.isEmpty()) {
                    store.mayBeForgotten(key);
                }
            }
        });
    }

    /**
     * Claims a key again for one of the targets that a message was said to.
     *
     * @param key the message's key
     * @param message the message
     * @param target who is to be told again
     * @param stillEnded the others of its targets that have their end
     * @return whether the message holds the key now; false: something else was said since, or the same by another
     * @throws DedupUnavailableException when the store is closed
     */
    public boolean again(DedupKey key, MessageId message, TargetDigest target, Set<TargetDigest> stillEnded) {
        return store.step(key, (found, now) -> {
            store.requireOpen();
            Known known = found == null ? new Known() : found;
            boolean held = known.claimAgain(key, ClaimOwner.of(message), target, stillEnded, now);
            if (held) {
                store.changed(key, known, now, InMemoryDedupStore.LONGEST);
            }
            return held;
        });
    }

    /**
     * What a message has said, and nothing newer has replaced, counts for these targets only.
     *
     * @param key the message's key
     * @param message the message
     * @param stillEnded those of its targets that have their end
     */
    public void unsay(DedupKey key, MessageId message, Set<TargetDigest> stillEnded) {
        store.alter(key, (known, now) -> {
            if (known != null) {
                known.unsay(key, ClaimOwner.of(message), stillEnded, now);
            }
        });
    }
}
