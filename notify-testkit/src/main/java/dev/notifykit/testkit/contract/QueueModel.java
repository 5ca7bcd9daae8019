package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Urgency;
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
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
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
import java.util.Random;
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

    private static final int KEYS = 4;
    private static final int CONTENTS = 3;
    private static final int OWNERS = 3;
    private static final int KNOWN = 30;
    private static final int[] TARGETS = {1, 2, 3, -1};
    private static final List<Kind> KINDS = List.of(Kind.values());
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
    private final Random random;
    private final StepLog log;
    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<Submission> submitted = new ArrayList<>();
    private final List<Message> taken = new ArrayList<>();
    private final List<PartitionLease> late = new ArrayList<>();
    private final String[] owners =
            IntStream.range(0, OWNERS).mapToObj(i -> "owner-" + i).toArray(String[]::new);
    private @Nullable PartitionLease lease;
    private String owner = "";
    private long leaseEnd;
    private int number;
    private Runnable repeat = () -> {};

    QueueModel(WorkQueue queue, Consumer<Duration> passTime, Duration lease, long seed) {
        this.queue = queue;
        this.passTime = passTime;
        tick = lease.dividedBy(2);
        reference.tickNanos = tick.toNanos();
        random = new Random(seed);
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
        int dice = random.nextInt(100);
        if (dice < 6) {
            pass();
        } else if (dice < 30) {
            submit();
        } else if (dice < 36) {
            letters();
        } else if (dice < 40 || lease == null) {
            acquire();
        } else if (dice < 41) {
            release();
        } else if (dice < 43) {
            showALateLease();
        } else if (dice < 46) {
            log.add("the same again");
            repeat.run();
            return;
        } else {
            work(lease, dice);
            return;
        }
        repeat = () -> {};
    }

    private void work(PartitionLease shown, int dice) {
        repeat = () -> {};
        if (dice < 66) {
            fetch(shown);
        } else if (dice < 72) {
            expand(shown);
        } else if (dice < 96) {
            settle(shown);
        } else if (dice < 98) {
            alone(shown);
        } else {
            long half = odd(1, 7);
            log.add("renew for " + half);
            queue.renew(shown, time(half));
            leaseEnd = reference.now + half;
        }
    }

    private void met(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private Duration time(long halfTicks) {
        return tick.multipliedBy(halfTicks).dividedBy(2);
    }

    /** An odd number of half ticks, where both bounds are odd. */
    private long odd(int from, int to) {
        return from + 2L * random.nextInt((to - from) / 2 + 1);
    }

    private <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private void pass() {
        int ticks = random.nextInt(12) == 0 ? 10 + random.nextInt(20) : 1 + random.nextInt(3);
        log.add("pass " + ticks + " ticks");
        reference.now += 2L * ticks;
        passTime.accept(tick.multipliedBy(ticks));
    }

    // ---- producers

    private void submit() {
        List<Submission> some = new ArrayList<>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            Submission known = submitted.isEmpty() ? newSubmission() : anyOf(submitted);
            // Letters may outlive what is known of their message: then it may be here twice, or not.
            some.add(random.nextInt(5) > 0 || reference.isDead(known) ? newSubmission() : known);
        }
        log.add("submit " + some.stream().map(this::describe).toList());
        List<Verdict> expected = some.stream()
                .map(one -> reference.submit(one, halves(one.dedupTtl()), halves(one.delay())))
                .toList();
        List<Submitted> answers = queue.submit(some);
        assertEquals(expected, answers.stream().map(QueueFixture::verdict).toList());
        expected.forEach(verdict -> met("submit " + verdict));
        some.stream().filter(one -> !submitted.contains(one)).forEach(submitted::add);
        while (submitted.size() > KNOWN) {
            submitted.remove(0);
        }
    }

    private String describe(Submission one) {
        return one.message().id() + " " + one.key() + " " + one.key().contentHash() + " to "
                + one.deliveries().size() + " in " + halves(one.delay());
    }

    private long halves(Duration time) {
        return time.toNanos() * 2 / tick.toNanos();
    }

    private Submission newSubmission() {
        Message message =
                QueueValues.message("m" + ++number, someKey(), random.nextInt(3) == 0 ? Urgency.BULK : Urgency.URGENT);
        int[] targets = random.nextInt(3) == 0 ? new int[0] : someTargets();
        Duration delay = random.nextInt(4) == 0 ? time(odd(1, 9)) : Duration.ZERO;
        return new Submission(message, QueueValues.deliveries(message, targets), time(odd(5, 41)), delay);
    }

    private @Nullable DedupKey someKey() {
        if (random.nextInt(4) == 0) {
            return null;
        }
        DedupKey key = DedupKey.of("key-" + random.nextInt(KEYS)).content("content " + random.nextInt(CONTENTS));
        // Versions rise as time goes on: else everything would soon be stale.
        return random.nextInt(3) == 0 ? key.version(number / 20 + random.nextInt(4)) : key;
    }

    private int[] someTargets() {
        int[] some =
                IntStream.of(TARGETS).filter(target -> random.nextBoolean()).toArray();
        return some.length == 0 ? new int[] {1} : some;
    }

    // ---- owners

    private void acquire() {
        String instance = owners[random.nextInt(OWNERS)];
        long half = odd(3, 13);
        log.add("acquire by " + instance + " for " + half);
        boolean free = lease == null || reference.now >= leaseEnd || instance.equals(owner);
        Optional<PartitionLease> granted = queue.acquire(0, instance, time(half));
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
        PartitionLease shown = anyOf(late);
        log.add("a late lease");
        met("late lease");
        switch (random.nextInt(5)) {
            case 0 -> assertLost(() -> queue.fetch(shown, QueueValues.demand(5, 5)));
            case 1 -> assertLost(() -> queue.settle(shown, someSettlements()));
            case 2 -> assertLost(() -> queue.expand(shown, someExpansions()));
            case 3 -> assertLost(() -> queue.renew(shown, tick));
            default -> queue.release(shown);
        }
    }

    private static void assertLost(Runnable call) {
        assertThrows(PartitionLostException.class, call::run);
    }

    private void fetch(PartitionLease shown) {
        int messages = random.nextInt(4);
        List<Demand.Want> wants = new ArrayList<>();
        for (LaneKey lane : List.of(QueueValues.FIRST_LANE, QueueValues.OTHER_LANE)) {
            for (Urgency urgency : Urgency.values()) {
                if (random.nextInt(3) > 0) {
                    wants.add(new Demand.Want(lane, urgency, 1 + random.nextInt(6)));
                }
            }
        }
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
            taken.add(answer.message());
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
        List<Expansion> some = someExpansions();
        log.add("expand " + some);
        reference.expand(some);
        queue.expand(shown, some);
        repeat = () -> queue.expand(shown, some);
    }

    private List<Expansion> someExpansions() {
        Map<MessageId, Expansion> some = new HashMap<>();
        for (int left = 1 + random.nextInt(3); left > 0 && !taken.isEmpty(); left--) {
            Message message = random.nextInt(8) == 0 ? anyOf(taken) : taken.get(taken.size() - 1);
            taken.remove(message);
            some.put(
                    message.id(),
                    random.nextInt(4) == 0
                            ? QueueValues.endedUnexpanded(message, QueueValues.EXPIRED, random.nextBoolean())
                            : QueueValues.into(message, someTargets()));
        }
        return List.copyOf(some.values());
    }

    private void settle(PartitionLease shown) {
        List<Settlement> some = someSettlements();
        log.add("settle " + some);
        int expected = reference.settle(some);
        assertEquals(expected, queue.settle(shown, some), "letters without room");
        if (expected > 0) {
            met("no room for a letter");
        }
        repeat = () -> assertEquals(expected, queue.settle(shown, some), "letters without room, again");
    }

    private List<Settlement> someSettlements() {
        List<PlainDelivery> started = reference.deliveries.stream()
                .filter(one -> one.where == Where.STARTED || random.nextInt(20) == 0)
                .toList();
        Map<PlainDelivery, Settlement> some = new HashMap<>();
        for (int left = 1 + random.nextInt(6); left > 0 && !started.isEmpty(); left--) {
            PlainDelivery one = anyOf(started);
            some.put(one, settlement(one.delivery));
        }
        return List.copyOf(some.values());
    }

    private Settlement settlement(Delivery delivery) {
        int dice = random.nextInt(10);
        if (dice < 5) {
            Kind kind = anyOf(KINDS);
            return new Settlement.Ended(delivery, SendResult.ofKind(kind), random.nextInt(3) > 0);
        }
        if (dice < 9) {
            Delivery goesOn = new Delivery(
                    delivery.message(),
                    delivery.key(),
                    delivery.request(),
                    delivery.attempts() + 1,
                    random.nextBoolean(),
                    delivery.spent().plusMillis(7));
            Duration delay = random.nextBoolean() ? Duration.ZERO : time(odd(1, 9));
            return new Settlement.Parked(goesOn, delay, random.nextBoolean(), random.nextInt(3) == 0);
        }
        return QueueValues.dead(delivery);
    }

    private void alone(PartitionLease shown) {
        if (!reference.deliveries.isEmpty()) {
            PlainDelivery delivery = anyOf(reference.deliveries);
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
        int dice = random.nextInt(10);
        List<DeadLetter.Id> some = someLetters();
        if (dice < 5) {
            log.add("replay " + some);
            List<DeadLetters.Replayed> expected =
                    some.stream().map(reference::replay).toList();
            expected.forEach(answer -> met("replay " + answer));
            assertEquals(expected, queue.replay(some));
        } else if (dice < 8) {
            log.add("purge " + some);
            int expected = reference.purge(some);
            assertEquals(expected, queue.purge(some));
            if (expected > 0) {
                met("purged");
            }
        } else {
            List<DeadLetter> buried = List.of(foreignLetter(), foreignLetter());
            log.add("bury " + buried);
            assertEquals(reference.bury(buried), queue.bury(buried));
            met("buried");
        }
    }

    private List<DeadLetter.Id> someLetters() {
        List<DeadLetter.Id> known = List.copyOf(reference.letters.keySet());
        List<DeadLetter.Id> some = new ArrayList<>();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            some.add(known.isEmpty() || random.nextInt(6) == 0 ? new DeadLetter.Id("none") : anyOf(known));
        }
        return some.stream().distinct().toList();
    }

    private DeadLetter foreignLetter() {
        if (random.nextInt(5) == 0) {
            return new DeadLetter(
                    new DeadLetter.Id("row-" + random.nextInt(9)),
                    DeadLetter.Why.CORRUPT,
                    null,
                    null,
                    0,
                    QueueValues.DIED);
        }
        Message message = QueueValues.message("row-" + ++number, null);
        return QueueValues.letter(Delivery.of(MessageId.of("fan-out"), null, QueueValues.request(message, 1)));
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
