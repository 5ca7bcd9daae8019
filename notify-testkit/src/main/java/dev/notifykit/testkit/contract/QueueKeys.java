package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.contract.QueueFixture.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link QueueReference} knows of keys: the claims of messages, in lists, with no thought for speed. Times are half ticks. */
final class QueueKeys {

    private final Map<String, Known> keys = new HashMap<>();

    /** A claim that is held or superseded. */
    private static final class Held {
        final MessageId message;
        final String content;
        final long grant;
        final boolean correction;
        OptionalLong version;

        Held(DedupKey key, MessageId message, long grant, boolean correction) {
            this.message = message;
            this.content = key.contentHash();
            this.version = key.version();
            this.grant = grant;
            this.correction = correction;
        }
    }

    /** What was said last. */
    private static final class Said {
        String content = "";
        OptionalLong version = OptionalLong.empty();
        Set<Target> ended = Set.of();
        boolean complete;
        long grant;
        boolean correction;

        @Nullable
        MessageId by;
    }

    private static final class Known {
        /** Oldest first; the last one holds the key if nobody gave it back. */
        final List<Held> claims = new ArrayList<>();

        long grants;
        long heldGrant;

        @Nullable
        Said said;

        long forgottenAt;
    }

    /** An answer to a claim; who has the end of the same content already. */
    record Answer(Verdict verdict, Set<Target> ended) {}

    private static Answer answer(Verdict verdict) {
        return new Answer(verdict, Set.of());
    }

    private Known find(DedupKey key, long now) {
        Known known = keys.get(key.id());
        if (known != null && known.claims.isEmpty() && known.forgottenAt <= now) {
            keys.remove(key.id());
            known = null;
        }
        return known == null ? new Known() : known;
    }

    /** Of a message that is not here. */
    Answer claim(DedupKey key, MessageId message, boolean room, long now) {
        Known known = find(key, now);
        Said said = known.said;
        Held newest = newest(known);
        if (saidBy(known, key, message) && said != null && said.complete) {
            return answer(said.correction ? Verdict.CORRECTION : Verdict.NEW);
        }
        if (isLower(key, known)) {
            return answer(Verdict.STALE);
        }
        boolean same = newest != null
                ? newest.content.equals(key.contentHash())
                : said == null || said.content.equals(key.contentHash());
        if (newest != null && same) {
            newest.version = higher(newest.version, key.version());
            return answer(Verdict.DUPLICATE);
        }
        if (newest == null && same && said != null && said.complete) {
            said.version = higher(said.version, key.version());
            return answer(Verdict.DUPLICATE);
        }
        if (!room) {
            return answer(Verdict.FULL);
        }
        if (!same && isHeld(known) && known.claims.size() > DedupStore.MAX_SUPERSEDED) {
            known.claims.remove(0);
        }
        Set<Target> ended = same && said != null ? said.ended : Set.of();
        grant(known, key, message, !same);
        return new Answer(same ? Verdict.NEW : Verdict.CORRECTION, ended);
    }

    /** The newest claim, unless something newer was said. */
    private static @Nullable Held newest(Known known) {
        if (known.claims.isEmpty()) {
            return null;
        }
        Held last = known.claims.get(known.claims.size() - 1);
        return known.said != null && known.said.grant > last.grant ? null : last;
    }

    private static boolean isHeld(Known known) {
        return known.claims.stream().anyMatch(claim -> claim.grant == known.heldGrant);
    }

    private static boolean saidBy(Known known, DedupKey key, MessageId message) {
        Said said = known.said;
        return said != null
                && newest(known) == null
                && message.equals(said.by)
                && said.content.equals(key.contentHash());
    }

    private static boolean isLower(DedupKey key, Known known) {
        OptionalLong highest = known.said == null ? OptionalLong.empty() : known.said.version;
        for (Held claim : known.claims) {
            highest = higher(highest, claim.version);
        }
        return key.version().isPresent() && highest.isPresent() && key.version().getAsLong() < highest.getAsLong();
    }

    private static OptionalLong higher(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()));
    }

    private void grant(Known known, DedupKey key, MessageId message, boolean correction) {
        known.heldGrant = ++known.grants;
        known.claims.add(new Held(key, message, known.heldGrant, correction));
        if (known.said != null && message.equals(known.said.by)) {
            known.said.by = null;
        }
        keys.put(key.id(), known);
    }

    /** Whether a message that holds its key corrects something. */
    boolean corrects(DedupKey key, MessageId message, long now) {
        Known known = find(key, now);
        return known.claims.stream()
                .anyMatch(claim -> claim.grant == known.heldGrant && claim.message.equals(message) && claim.correction);
    }

    boolean holds(DedupKey key, MessageId message, long now) {
        Known known = find(key, now);
        return known.claims.stream().anyMatch(claim -> claim.grant == known.heldGrant && claim.message.equals(message));
    }

    void end(DedupKey key, MessageId message, Set<Target> ended, boolean complete, long ttl, long now) {
        Known known = find(key, now);
        Held own = known.claims.stream()
                .filter(claim -> claim.message.equals(message))
                .findFirst()
                .orElse(null);
        if (own == null) {
            return;
        }
        known.claims.remove(own);
        boolean something = complete || !ended.isEmpty();
        if (something && (known.said == null || known.said.grant < own.grant)) {
            Said before = known.said;
            Said said = new Said();
            said.content = own.content;
            said.version = before == null ? own.version : higher(before.version, own.version);
            Set<Target> all = new HashSet<>(ended);
            if (before != null && !own.correction) {
                all.addAll(before.ended);
            }
            said.ended = complete ? Set.of() : all;
            said.complete = complete;
            said.grant = own.grant;
            said.correction = own.correction;
            said.by = message;
            known.said = said;
            if (own.grant == known.heldGrant) {
                known.claims.clear();
            }
        }
        known.forgottenAt = now + ttl;
        if (known.claims.isEmpty() && known.said == null) {
            keys.remove(key.id());
        }
    }

    /** Whether a letter's message may say it again. */
    boolean again(DedupKey key, MessageId message, Target target, Set<Target> others, long now) {
        Known known = find(key, now);
        for (Held claim : known.claims) {
            if (claim.message.equals(message)) {
                return claim.grant == known.heldGrant;
            }
        }
        Said said = known.said;
        boolean correction = false;
        if (saidBy(known, key, message) && said != null) {
            correction = said.correction;
            said.ended = Set.copyOf(others);
            said.complete = false;
        } else if (!known.claims.isEmpty()
                || (said != null
                        && (said.complete || !said.content.equals(key.contentHash()) || said.ended.contains(target)))) {
            return false;
        }
        grant(known, key, message, correction);
        return true;
    }

    void unsay(DedupKey key, MessageId message, Set<Target> others, long now) {
        Known known = find(key, now);
        if (saidBy(known, key, message) && known.said != null) {
            known.said.ended = Set.copyOf(others);
            known.said.complete = false;
        }
    }
}
