package dev.notifykit.queue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.MessageClaims;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.message.Message;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A message that is here: in the intake, with targets that have no end, or with letters. Guarded by the queue's lock. */
final class MemoryMessage {

    private final MessageClaims claims;
    private final Message message;
    private final DedupKey key;
    private final Duration dedupTtl;
    private final boolean correction;

    /** Who has its end under earlier claims of the same content. */
    private final Set<TargetDigest> before;

    /** Who was told by this one, or counts as told. */
    private final Set<TargetDigest> said = new HashSet<>(2);

    private boolean waits;
    private boolean released;
    private int open;
    private int letters;

    MemoryMessage(MessageClaims claims, Submission submission, boolean correction, Set<TargetDigest> before) {
        this.claims = claims;
        this.message = submission.message();
        this.key = submission.key();
        this.dedupTtl = submission.dedupTtl();
        this.correction = correction;
        this.before = before;
    }

    Message message() {
        return message;
    }

    boolean correction() {
        return correction;
    }

    /** Whether its time has not come. */
    boolean waits() {
        return waits;
    }

    void waits(boolean now) {
        waits = now;
    }

    MessageClaims.Holding holding() {
        return claims.holding(key, message.id());
    }

    /** Whether a target of it has no end. */
    boolean isOpen() {
        return open > 0;
    }

    /** Whether a delivery to this target is to be made; false: it has its end already. */
    boolean opens(TargetDigest target) {
        if (before.contains(target)) {
            said.add(target);
            return false;
        }
        open++;
        return true;
    }

    /** One of its deliveries has ended. */
    void ended(TargetDigest target, boolean counts) {
        open--;
        if (counts) {
            said.add(target);
        } else {
            released = true;
        }
        endWithTheLast();
    }

    /** One of its deliveries became a letter, which counts as said. */
    void died(TargetDigest target) {
        letters++;
        ended(target, true);
    }

    /** With the last target that ends, the claim ends. */
    void endWithTheLast() {
        if (open == 0) {
            end(!released ? TargetEnds.all(said) : TargetEnds.some(said));
        }
    }

    /** It ends without targets. */
    void endUnexpanded(boolean counts) {
        end(counts ? TargetEnds.all(Set.of()) : TargetEnds.some(Set.of()));
    }

    private void end(TargetEnds ends) {
        boolean nothingSaid = ends.ended().isEmpty() && !ends.complete();
        claims.end(
                key,
                message.id(),
                nothingSaid ? null : ends,
                dedupTtl,
                message.dedupKey().isEmpty());
    }

    /** Whether a letter of it may be a delivery again; then it is. */
    boolean replayed(TargetDigest target) {
        Set<TargetDigest> others = new HashSet<>(said);
        others.remove(target);
        if (!claims.again(key, message.id(), target, others)) {
            return false;
        }
        said.remove(target);
        letters--;
        open++;
        return true;
    }

    /** A letter of it is gone: its target may be told again. */
    void purged(TargetDigest target) {
        letters--;
        said.remove(target);
        released = true;
        if (open == 0) {
            claims.unsay(key, message.id(), said);
        }
    }

    /** Whether nothing of it, once expanded, is here any more. */
    boolean isGone() {
        return open == 0 && letters == 0;
    }
}
