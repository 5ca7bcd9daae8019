package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.Taken;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testkit.contract.QueueFixture.Verdict;
import dev.notifykit.testkit.contract.QueueReference.PlainDelivery;
import dev.notifykit.testkit.contract.QueueReference.PlainMessage;
import dev.notifykit.testkit.contract.QueueReference.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Random calls, good and bad ones, repeated and late ones, made to a queue of one partition and to {@link QueueReference}, which must answer
 * alike; after each the law is checked and all is counted.
 *
 * <p>Time passes in whole ticks, and everything falls due half-way between two, so that a queue on a real clock may be half a tick late
 * without another answer being right.
 */
final class QueueModel {

    static final int BACKLOG = 40;
    static final int LETTERS = 6;

    private static final int OWNERS = 3;
    private static final int ENOUGH_STEPS = 5_000;

    /** What a run must have met, or it proves less than it seems to. */
    private static final List<String> MET = List.of(
            "submit NEW",
            "submit CORRECTION",
            "submit DUPLICATE",
            "submit STALE",
            "submit FULL",
            "superseded",
            "inherited",
            "died alone",
            "no room for a letter",
            "late lease",
            "replay QUEUED",
            "replay GONE",
            "replay STALE",
            "replay UNREADABLE",
            "purged",
            "buried");

    private final WorkQueue queue;
    private final QueueReference reference = new QueueReference(BACKLOG, LETTERS);
    private final Consumer<Duration> passTime;
    private final Duration tick;
    private final QueueDice dice;
    private final StepLog log;
    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<PartitionLease> late = new ArrayList<>();
    private final String[] owners =
            IntStream.range(0, OWNERS).mapToObj(i -> "owner-" + i).toArray(String[]::new);
    private @Nullable PartitionLease lease;
    private String owner = "";
    private long leaseEnd;
    private Runnable repeat = () -> {};

    QueueModel(WorkQueue queue, Consumer<Duration> passTime, Duration lease, long seed) {
        this.queue = queue;
        this.passTime = passTime;
        tick = lease.dividedBy(2);
        reference.tickNanos = tick.toNanos();
        dice = new QueueDice(reference, tick, seed);
        log = new StepLog(seed);
    }

    void run(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                step();
                compare();
            }
        } catch (RuntimeException | AssertionError e) {
            throw log.failure(e);
        }
        if (steps >= ENOUGH_STEPS) {
            MET.forEach(what -> assertTrue(seen.containsKey(what), () -> "never met: " + what + "; " + seen));
        }
    }

    private void step() {
        int rolled = dice.roll(100);
        if (rolled < 6) {
            pass();
        } else if (rolled < 30) {
            submit();
        } else if (rolled < 36) {
            letters();
        } else if (rolled < 40 || lease == null) {
            acquire();
        } else if (rolled < 41) {
            release();
        } else if (rolled < 43) {
            showALateLease();
        } else if (rolled < 46) {
            log.add("the same again");
            repeat.run();
            return;
        } else {
            work(lease, rolled);
            return;
        }
        repeat = () -> {};
    }

    private void work(PartitionLease shown, int rolled) {
        repeat = () -> {};
        if (rolled < 66) {
            fetch(shown);
        } else if (rolled < 72) {
            expand(shown);
        } else if (rolled < 96) {
            settle(shown);
        } else if (rolled < 98) {
            alone(shown);
        } else {
            long half = dice.odd(1, 7);
            log.add("renew for " + half);
            queue.renew(shown, dice.time(half));
            leaseEnd = reference.now + half;
        }
    }

    private void met(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private void pass() {
        int ticks = dice.roll(12) == 0 ? 10 + dice.roll(20) : 1 + dice.roll(3);
        log.add("pass " + ticks + " ticks");
        reference.now += 2L * ticks;
        passTime.accept(tick.multipliedBy(ticks));
    }

    // ---- producers

    private void submit() {
        List<Submission> some = dice.submissions();
        log.add("submit " + some.stream().map(this::describe).toList());
        List<Verdict> expected = some.stream()
                .map(one -> reference.submit(one, dice.halves(one.dedupTtl()), dice.halves(one.delay())))
                .toList();
        List<Submitted> answers = queue.submit(some);
        assertEquals(expected, answers.stream().map(QueueFixture::verdict).toList());
        expected.forEach(verdict -> met("submit " + verdict));
        dice.submitted(some);
    }

    private String describe(Submission one) {
        return one.message().id() + " " + one.key() + " " + one.key().contentHash() + " to "
                + one.deliveries().size() + " in " + dice.halves(one.delay());
    }

    // ---- owners

    private void acquire() {
        String instance = owners[dice.roll(OWNERS)];
        long half = dice.odd(3, 13);
        log.add("acquire by " + instance + " for " + half);
        boolean free = lease == null || reference.now >= leaseEnd || instance.equals(owner);
        Optional<PartitionLease> granted = queue.acquire(0, instance, dice.time(half));
        assertEquals(free, granted.isPresent(), () -> "free: " + free + ", answered " + granted);
        if (granted.isPresent()) {
            if (lease != null) {
                late.add(lease);
            }
            lease = granted.get();
            owner = instance;
            leaseEnd = reference.now + half;
            reference.inherit();
        }
    }

    private void release() {
        PartitionLease given = assertNotNullLease();
        log.add("release by " + owner);
        queue.release(given);
        late.add(given);
        lease = null;
    }

    private PartitionLease assertNotNullLease() {
        assertNotNull(lease);
        return lease;
    }

    private void showALateLease() {
        if (late.isEmpty()) {
            return;
        }
        PartitionLease shown = dice.anyOf(late);
        log.add("a late lease");
        met("late lease");
        switch (dice.roll(5)) {
            case 0 -> assertLost(() -> queue.fetch(shown, QueueValues.demand(5, 5)));
            case 1 -> assertLost(() -> queue.settle(shown, dice.settlements()));
            case 2 -> assertLost(() -> queue.expand(shown, dice.expansions()));
            case 3 -> assertLost(() -> queue.renew(shown, tick));
            default -> queue.release(shown);
        }
    }

    private static void assertLost(Runnable call) {
        assertThrows(PartitionLostException.class, call::run);
    }

    private void fetch(PartitionLease shown) {
        int messages = dice.roll(4);
        List<Demand.Want> wants = dice.wants();
        log.add("fetch " + messages + " and " + wants);
        Fetched fetched = queue.fetch(shown, new Demand(messages, wants));
        reference.moveDue();
        checkTaken(messages, fetched.messages());
        int checked = 0;
        for (Demand.Want want : wants) {
            List<Started> some = fetched.deliveries().stream()
                    .filter(one -> isOf(want, one.delivery()))
                    .toList();
            checkStarted(want, some);
            checked += some.size();
        }
        assertEquals(checked, fetched.deliveries().size(), "only what is wanted");
    }

    private static boolean isOf(Demand.Want want, Delivery delivery) {
        return delivery.lane().equals(want.lane()) && delivery.request().urgency() == want.urgency();
    }

    private void checkTaken(int most, List<Taken> answers) {
        List<PlainMessage> there = reference.intake.stream()
                .filter(one -> one.rank > 0 && !one.taken)
                .sorted(Comparator.comparingLong(one -> one.rank))
                .toList();
        assertEquals(Math.min(most, there.size()), answers.size(), "messages");
        for (int i = 0; i < answers.size(); i++) {
            Taken answer = answers.get(i);
            long rank = there.get(i).rank;
            PlainMessage message = there.stream()
                    .filter(one -> !one.taken && one.rank == rank)
                    .filter(one -> one.submission.message().equals(answer.message()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not the oldest: " + answer));
            message.taken = true;
            assertEquals(reference.superseded(message), answer.superseded(), () -> "superseded: " + answer);
            assertTrue(
                    answer.superseded() || reference.corrects(message) == answer.correction(),
                    () -> "correction: " + answer);
            dice.taken(answer.message());
        }
    }

    private void checkStarted(Demand.Want want, List<Started> answers) {
        List<PlainDelivery> inherited = reference.deliveries.stream()
                .filter(one -> isOf(want, one.delivery) && one.where == Where.STARTED && one.inherited)
                .toList();
        List<Long> ranks = reference.deliveries.stream()
                .filter(one -> isOf(want, one.delivery) && one.where == Where.QUEUED)
                .map(one -> one.rank)
                .sorted()
                .toList();
        assertEquals(
                Math.min(want.max(), inherited.size() + ranks.size()), answers.size(), () -> "deliveries for " + want);
        int fresh = 0;
        for (Started answer : answers) {
            PlainDelivery delivery = find(answer.delivery());
            if (delivery.where == Where.QUEUED) {
                assertEquals(ranks.get(fresh++), delivery.rank, () -> "not the oldest: " + answer);
            } else {
                assertTrue(delivery.where == Where.STARTED && delivery.inherited, () -> "not to be had: " + answer);
                met("inherited");
            }
            reference.start(delivery);
            boolean superseded = reference.superseded(delivery.message);
            Started expected = new Started(
                    delivery.delivery,
                    delivery.starts,
                    delivery.diedAlone,
                    superseded,
                    superseded ? answer.correction() : reference.corrects(delivery.message));
            assertEquals(expected, answer);
            if (superseded) {
                met("superseded");
            }
            if (delivery.diedAlone) {
                met("died alone");
            }
        }
    }

    private PlainDelivery find(Delivery delivery) {
        return reference.deliveries.stream()
                .filter(one -> one.delivery.id().equals(delivery.id()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not here: " + delivery));
    }

    private void expand(PartitionLease shown) {
        List<Expansion> some = dice.expansions();
        log.add("expand " + some);
        reference.expand(some);
        queue.expand(shown, some);
        repeat = () -> queue.expand(shown, some);
    }

    private void settle(PartitionLease shown) {
        List<Settlement> some = dice.settlements();
        log.add("settle " + some);
        int expected = reference.settle(some);
        assertEquals(expected, queue.settle(shown, some), "letters without room");
        if (expected > 0) {
            met("no room for a letter");
        }
        repeat = () -> assertEquals(expected, queue.settle(shown, some), "letters without room, again");
    }

    private void alone(PartitionLease shown) {
        if (!reference.deliveries.isEmpty()) {
            PlainDelivery delivery = dice.anyOf(reference.deliveries);
            log.add("alone " + delivery.delivery);
            // Of one that an heir has not fetched the mark would be the heir's own word on a start that is not its own.
            if (delivery.where == Where.STARTED && delivery.inherited) {
                return;
            }
            queue.alone(shown, delivery.delivery);
            delivery.alone |= delivery.where == Where.STARTED;
        }
    }

    // ---- letters

    private void letters() {
        int rolled = dice.roll(10);
        List<DeadLetter.Id> some = dice.letters();
        if (rolled < 5) {
            log.add("replay " + some);
            List<DeadLetters.Replayed> expected =
                    some.stream().map(reference::replay).toList();
            expected.forEach(answer -> met("replay " + answer));
            assertEquals(expected, queue.replay(some));
        } else if (rolled < 8) {
            log.add("purge " + some);
            int expected = reference.purge(some);
            assertEquals(expected, queue.purge(some));
            if (expected > 0) {
                met("purged");
            }
        } else {
            List<DeadLetter> buried = List.of(dice.foreignLetter(), dice.foreignLetter());
            log.add("bury " + buried);
            assertEquals(reference.bury(buried), queue.bury(buried));
            met("buried");
        }
    }

    // ---- after every step

    private void compare() {
        QueueState state = QueueFixture.lawful(queue.state());
        long buried = reference.letters.values().stream()
                .filter(QueueReference.PlainLetter::buried)
                .count();
        QueueState expected = new QueueState(
                reference.intake.size(),
                reference.made,
                reference.count(Where.QUEUED),
                reference.count(Where.PARKED),
                reference.count(Where.STARTED),
                reference.letters.size(),
                buried,
                reference.results,
                reference.ended,
                reference.possibleDuplicates,
                state.bytes());
        assertEquals(expected, state);
        assertEquals(state.pending() > 0, state.bytes() > 0, "bytes are those of what is here");
        Map<DeadLetter.Id, DeadLetter> letters = new HashMap<>();
        DeadLetters.@Nullable Cursor cursor = null;
        do {
            DeadLetters.Page page = queue.letters(cursor, 4);
            page.letters().forEach(one -> assertTrue(letters.put(one.id(), one) == null, "a letter twice"));
            cursor = page.next();
        } while (cursor != null);
        Map<DeadLetter.Id, DeadLetter> kept = new HashMap<>();
        reference.letters.forEach((id, letter) -> kept.put(id, letter.letter()));
        assertEquals(kept, letters);
    }
}
