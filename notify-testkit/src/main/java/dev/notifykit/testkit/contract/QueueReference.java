package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.push.Target;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.contract.QueueFixture.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a queue of one partition has to be like, for {@link QueueModel}: plain lists, one thread. What is waiting has a rank; equal ranks may
 * come in any order. Times are half ticks.
 */
final class QueueReference {

    final QueueKeys keys = new QueueKeys();
    final Map<String, PlainMessage> messages = new HashMap<>();
    final List<PlainMessage> intake = new ArrayList<>();
    final List<PlainDelivery> deliveries = new ArrayList<>();
    final Map<DeadLetter.Id, PlainLetter> letters = new LinkedHashMap<>();
    final Map<Kind, Long> results = new EnumMap<>(Kind.class);
    final Map<Kind, Long> ended = new EnumMap<>(Kind.class);
    long made;
    long possibleDuplicates;
    long now;

    private final int backlog;
    private final int maxLetters;
    private long ranks;

    QueueReference(int backlog, int maxLetters) {
        this.backlog = backlog;
        this.maxLetters = maxLetters;
    }

    static final class PlainMessage {
        final Submission submission;
        final boolean correction;
        final Set<Target> before;
        final long ttl;
        final Set<Target> said = new HashSet<>();
        boolean released;
        int open;
        int letters;

        /** In the intake: when it is due, since when it is, and whether the owner has it. */
        long due;

        long rank;
        boolean taken;

        PlainMessage(Submission submission, long ttl, boolean correction, Set<Target> before) {
            this.submission = submission;
            this.ttl = ttl;
            this.correction = correction;
            this.before = before;
        }

        DedupKey key() {
            return submission.key();
        }

        String id() {
            return submission.message().id().value();
        }
    }

    enum Where {
        QUEUED,
        PARKED,
        STARTED
    }

    static final class PlainDelivery {
        final @Nullable PlainMessage message;
        Delivery delivery;
        Where where = Where.QUEUED;
        long due;
        long rank;
        int starts;
        boolean alone;
        boolean diedAlone;

        /** Started under an earlier lease, and not fetched again. */
        boolean inherited;

        PlainDelivery(@Nullable PlainMessage message, Delivery delivery) {
            this.message = message;
            this.delivery = delivery;
        }

        Target target() {
            return delivery.request().target();
        }
    }

    record PlainLetter(DeadLetter letter, @Nullable PlainMessage message, boolean buried) {}

    // ---- in

    Verdict submit(Submission submission, long ttl, long delay) {
        PlainMessage known = messages.get(submission.message().id().value());
        if (known != null && (known.open > 0 || intake.contains(known))) {
            return known.correction ? Verdict.CORRECTION : Verdict.NEW;
        }
        int here = intake.size() + deliveries.size();
        boolean room = here + Math.max(1, submission.deliveries().size()) <= backlog;
        QueueKeys.Answer answer =
                keys.claim(submission.key(), submission.message().id(), room, now);
        if (answer.verdict() != Verdict.NEW && answer.verdict() != Verdict.CORRECTION) {
            return answer.verdict();
        }
        boolean granted = keys.holds(submission.key(), submission.message().id(), now);
        if (!granted) {
            return answer.verdict(); // it was said by this very message
        }
        PlainMessage message =
                new PlainMessage(submission, ttl, answer.verdict() == Verdict.CORRECTION, answer.ended());
        messages.put(message.id(), message);
        if (submission.deliveries().isEmpty()) {
            message.due = now + delay;
            message.rank = delay > 0 ? 0 : ++ranks;
            intake.add(message);
        } else {
            make(message, submission.deliveries(), delay);
        }
        return answer.verdict();
    }

    private void make(PlainMessage message, List<Delivery> parts, long delay) {
        for (Delivery part : parts) {
            made++;
            PlainDelivery delivery = new PlainDelivery(message, part);
            if (message.before.contains(delivery.target())) {
                message.said.add(delivery.target());
                results.merge(Kind.SUPPRESSED, 1L, Long::sum);
            } else {
                message.open++;
                deliveries.add(delivery);
                waitFor(delivery, delay);
            }
        }
        endIfLast(message);
    }

    private void waitFor(PlainDelivery delivery, long delay) {
        delivery.where = delay > 0 ? Where.PARKED : Where.QUEUED;
        delivery.due = now + delay;
        delivery.rank = delay > 0 ? 0 : ++ranks;
    }

    // ---- out

    /** A new lease: what was in work comes again. */
    void inherit() {
        intake.forEach(message -> message.taken = false);
        deliveries.forEach(delivery -> delivery.inherited = delivery.where == Where.STARTED);
    }

    /** What is due goes to its lane; what fell due together in any order. */
    void moveDue() {
        long next;
        while ((next = earliest()) <= now) {
            long rank = ++ranks;
            long due = next;
            intake.stream().filter(one -> one.rank == 0 && one.due == due).forEach(one -> one.rank = rank);
            for (PlainDelivery one : deliveries) {
                if (one.where == Where.PARKED && one.due == due) {
                    one.where = Where.QUEUED;
                    one.rank = rank;
                }
            }
        }
    }

    private long earliest() {
        long earliest = Long.MAX_VALUE;
        for (PlainMessage one : intake) {
            earliest = one.rank == 0 ? Math.min(earliest, one.due) : earliest;
        }
        for (PlainDelivery one : deliveries) {
            earliest = one.where == Where.PARKED ? Math.min(earliest, one.due) : earliest;
        }
        return earliest;
    }

    boolean superseded(@Nullable PlainMessage message) {
        return message != null
                && !keys.holds(message.key(), message.submission.message().id(), now);
    }

    boolean corrects(@Nullable PlainMessage message) {
        return message != null
                && keys.corrects(message.key(), message.submission.message().id(), now);
    }

    /** Whether letters are all that is left of a message. */
    boolean isDead(Submission submission) {
        PlainMessage known = messages.get(submission.message().id().value());
        return known != null && known.open == 0 && known.letters > 0;
    }

    /** It was fetched. */
    void start(PlainDelivery delivery) {
        delivery.starts++;
        if (delivery.inherited) {
            possibleDuplicates++;
            delivery.inherited = false;
            delivery.diedAlone |= delivery.alone;
            delivery.alone = false;
        }
        delivery.where = Where.STARTED;
    }

    // ---- ends

    void expand(List<Expansion> expansions) {
        for (Expansion expansion : expansions) {
            PlainMessage message = messages.get(expansion.message().id().value());
            if (message == null || !intake.remove(message)) {
                continue;
            }
            if (expansion instanceof Expansion.Into into) {
                make(message, into.deliveries(), 0);
            } else if (expansion instanceof Expansion.Ended end) {
                ended.merge(end.result().kind(), 1L, Long::sum);
                keys.end(message.key(), message.submission.message().id(), Set.of(), end.said(), message.ttl, now);
                messages.remove(message.id());
            }
        }
    }

    int settle(List<Settlement> settlements) {
        int refused = 0;
        for (Settlement settlement : settlements) {
            PlainDelivery delivery = deliveries.stream()
                    .filter(one ->
                            one.delivery.id().equals(settlement.delivery().id()) && one.where == Where.STARTED)
                    .findFirst()
                    .orElse(null);
            if (delivery == null) {
                continue;
            }
            if (settlement instanceof Settlement.Parked park) {
                park(delivery, park);
            } else if (settlement instanceof Settlement.Ended end) {
                deliveries.remove(delivery);
                results.merge(end.result().kind(), 1L, Long::sum);
                end(delivery, end.said());
            } else if (settlement instanceof Settlement.Dead dead) {
                if (letters.size() >= maxLetters) {
                    refused++;
                    continue;
                }
                deliveries.remove(delivery);
                letters.put(dead.letter().id(), new PlainLetter(dead.letter(), delivery.message, false));
                if (delivery.message != null) {
                    delivery.message.letters++;
                }
                end(delivery, true);
            }
        }
        return refused;
    }

    private void park(PlainDelivery delivery, Settlement.Parked park) {
        delivery.delivery = park.delivery();
        delivery.inherited = false;
        delivery.alone = false;
        delivery.starts = park.attempted() ? 0 : delivery.starts - 1;
        delivery.diedAlone = !park.attempted() && delivery.diedAlone;
        possibleDuplicates += park.maybeTwice() ? 1 : 0;
        waitFor(delivery, halfTicks(park));
    }

    /** Set by the model, which knows how long a tick is. */
    long tickNanos = 1;

    private long halfTicks(Settlement.Parked park) {
        return park.delay().toNanos() * 2 / tickNanos;
    }

    private void end(PlainDelivery delivery, boolean said) {
        PlainMessage message = delivery.message;
        if (message != null) {
            message.open--;
            if (said) {
                message.said.add(delivery.target());
            } else {
                message.released = true;
            }
            endIfLast(message);
        }
    }

    private void endIfLast(PlainMessage message) {
        if (message.open == 0) {
            keys.end(
                    message.key(),
                    message.submission.message().id(),
                    Set.copyOf(message.said),
                    !message.released,
                    message.ttl,
                    now);
            forget(message);
        }
    }

    private void forget(PlainMessage message) {
        if (message.open == 0 && message.letters == 0) {
            messages.remove(message.id());
        }
    }

    // ---- letters

    Replayed replay(DeadLetter.Id id) {
        PlainLetter letter = letters.get(id);
        if (letter == null) {
            return Replayed.GONE;
        }
        Delivery delivery = letter.letter.delivery();
        if (delivery == null) {
            return Replayed.UNREADABLE;
        }
        PlainMessage message = letter.message;
        Target target = delivery.request().target();
        if (message != null) {
            Set<Target> others = without(message.said, target);
            if (!keys.again(message.key(), message.submission.message().id(), target, others, now)) {
                return Replayed.STALE;
            }
            message.said.remove(target);
            message.letters--;
            message.open++;
        }
        letters.remove(id);
        made += letter.buried ? 1 : 0;
        PlainDelivery again =
                new PlainDelivery(message, Delivery.of(delivery.message(), delivery.key(), delivery.request()));
        deliveries.add(again);
        waitFor(again, 0);
        return Replayed.QUEUED;
    }

    int purge(List<DeadLetter.Id> ids) {
        int purged = 0;
        for (DeadLetter.Id id : ids) {
            PlainLetter letter = letters.remove(id);
            if (letter == null) {
                continue;
            }
            purged++;
            if (!letter.buried) {
                results.merge(Kind.DEAD_LETTERED, 1L, Long::sum);
            }
            PlainMessage message = letter.message;
            Delivery delivery = letter.letter.delivery();
            if (message != null && delivery != null) {
                message.letters--;
                message.released = true;
                message.said.remove(delivery.request().target());
                if (message.open == 0) {
                    keys.unsay(message.key(), message.submission.message().id(), message.said, now);
                }
                forget(message);
            }
        }
        return purged;
    }

    int bury(List<DeadLetter> buried) {
        int refused = 0;
        for (DeadLetter letter : buried) {
            if (letters.containsKey(letter.id())) {
                continue;
            }
            if (letters.size() >= maxLetters) {
                refused++;
            } else {
                letters.put(letter.id(), new PlainLetter(letter, null, true));
            }
        }
        return refused;
    }

    long count(Where where) {
        return deliveries.stream().filter(one -> one.where == where).count();
    }

    private static Set<Target> without(Set<Target> targets, Target one) {
        Set<Target> others = new HashSet<>(targets);
        others.remove(one);
        return others;
    }
}
