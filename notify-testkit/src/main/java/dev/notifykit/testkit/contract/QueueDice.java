package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.contract.QueueReference.PlainDelivery;
import dev.notifykit.testkit.contract.QueueReference.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What {@link QueueModel} asks next: random values, many of which have to do with what is in the queue. */
final class QueueDice {

    private static final int KEYS = 4;
    private static final int CONTENTS = 3;
    private static final int KNOWN = 30;
    private static final int[] TARGETS = {1, 2, 3, -1};
    private static final List<Kind> KINDS = List.of(Kind.values());

    private final QueueReference reference;
    private final Duration tick;
    private final Random random;
    private final List<Submission> submitted = new ArrayList<>();
    private final List<Message> taken = new ArrayList<>();
    private int number;

    QueueDice(QueueReference reference, Duration tick, long seed) {
        this.reference = reference;
        this.tick = tick;
        random = new Random(seed);
    }

    int roll(int sides) {
        return random.nextInt(sides);
    }

    <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** An odd number of half ticks, where both bounds are odd. */
    long odd(int from, int to) {
        return from + 2L * random.nextInt((to - from) / 2 + 1);
    }

    Duration time(long halfTicks) {
        return tick.multipliedBy(halfTicks).dividedBy(2);
    }

    long halves(Duration time) {
        return time.toNanos() * 2 / tick.toNanos();
    }

    /** New ones, and some that were handed in before. */
    List<Submission> submissions() {
        List<Submission> some = new ArrayList<>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            Submission known = submitted.isEmpty() ? newSubmission() : anyOf(submitted);
            // Letters may outlive what is known of their message: then it may be here twice, or not.
            some.add(random.nextInt(5) > 0 || reference.isDead(known) ? newSubmission() : known);
        }
        return some;
    }

    /** They were handed in, and may be again. */
    void submitted(List<Submission> some) {
        some.stream().filter(one -> !submitted.contains(one)).forEach(submitted::add);
        while (submitted.size() > KNOWN) {
            submitted.remove(0);
        }
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

    List<Demand.Want> wants() {
        List<Demand.Want> wants = new ArrayList<>();
        for (LaneKey lane : List.of(QueueValues.FIRST_LANE, QueueValues.OTHER_LANE)) {
            for (Urgency urgency : Urgency.values()) {
                if (random.nextInt(3) > 0) {
                    wants.add(new Demand.Want(lane, urgency, 1 + random.nextInt(6)));
                }
            }
        }
        return wants;
    }

    /** It was fetched, and may be expanded. */
    void taken(Message message) {
        taken.add(message);
    }

    List<Expansion> expansions() {
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

    List<Settlement> settlements() {
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

    List<DeadLetter.Id> letters() {
        List<DeadLetter.Id> known = List.copyOf(reference.letters.keySet());
        List<DeadLetter.Id> some = new ArrayList<>();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            some.add(known.isEmpty() || random.nextInt(6) == 0 ? new DeadLetter.Id("none") : anyOf(known));
        }
        return some.stream().distinct().toList();
    }

    DeadLetter foreignLetter() {
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
}
