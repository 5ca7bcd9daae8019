package dev.notifykit.redis;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A queue with one partition goes through all that may happen to it, and everything it answers is written down. */
final class QueueSteps {

    private static final DedupKey EVENT = DedupKey.of("match-7");
    private static final Duration LATER = Duration.ofHours(1);

    private final WorkQueue queue;
    private final List<String> log = new ArrayList<>();

    QueueSteps(WorkQueue queue) {
        this.queue = queue;
    }

    List<String> run() {
        say(queue.attend("anna", Queues.LEASE));
        say(queue.attend("bert", Queues.LEASE));
        submit(List.of(
                Queues.to("a", EVENT.content("one"), 1, 2, 3),
                Queues.to("b", EVENT.content("one"), 1),
                Queues.later("c", null, LATER, 4),
                Queues.toExpand("d"),
                Queues.toExpand("e")));
        submit(List.of(Queues.to("f", EVENT.content("two"), 1), Queues.to("g"), Queues.to("g", null, 9)));
        PartitionLease first = queue.acquire(0, "anna", Queues.LEASE).orElseThrow();
        say(queue.acquire(0, "bert", Queues.LEASE).isPresent());
        Fetched fetched = fetch(first, 3);
        Delivery one = fetched.deliveries().get(0).delivery();
        Delivery two = fetched.deliveries().get(1).delivery();
        Delivery three = fetched.deliveries().get(2).delivery();
        queue.expand(
                first,
                List.of(
                        new Expansion.Into(
                                Queues.message("d", null),
                                Queues.to("d", null, 5, 6).deliveries()),
                        new Expansion.Ended(Queues.message("e", null), new SendResult.Expired(), false)));
        state();
        say(queue.settle(
                first,
                List.of(
                        Queues.ended(one),
                        new Settlement.Parked(two, Duration.ZERO, false, true),
                        Queues.parked(three, LATER))));
        state();
        Fetched more = fetch(first, 2);
        queue.alone(first, more.deliveries().get(0).delivery());
        say(queue.settle(first, List.of(Queues.dead(more.deliveries().get(1).delivery()))));
        queue.renew(first, Queues.LEASE);
        queue.release(first);
        PartitionLease second = queue.acquire(0, "bert", Queues.LEASE).orElseThrow();
        Fetched inherited = fetch(second, 100);
        say(queue.settle(
                second,
                inherited.deliveries().stream()
                        .map(started -> Queues.dead(started.delivery()))
                        .toList()));
        state();
        letters();
        queue.release(second);
        queue.leave("anna");
        say(queue.attend("bert", Queues.LEASE));
        return log;
    }

    /** Without how many come before, which is as of now. */
    private void submit(List<Submission> some) {
        queue.submit(some)
                .forEach(answer -> say(
                        answer instanceof Submitted.Queued queued
                                ? "queued, " + (queued.correction() ? "a correction" : "new")
                                : answer));
    }

    private void letters() {
        Delivery row = Delivery.of(
                MessageId.of("row"),
                null,
                Queues.to("row", null, 8).deliveries().get(0).request());
        DeadLetter buried = ((Settlement.Dead) Queues.dead(row)).letter();
        say(queue.bury(List.of(buried)));
        List<DeadLetter> all = new ArrayList<>();
        DeadLetters.Cursor cursor = null;
        do {
            DeadLetters.Page page = queue.letters(cursor, 2);
            all.addAll(page.letters());
            cursor = page.next();
        } while (cursor != null);
        all.forEach(this::say);
        List<DeadLetter.Id> ids = all.stream().map(DeadLetter::id).toList();
        say(queue.replay(ids.subList(0, 2)));
        say(queue.purge(ids.subList(1, 4)));
        state();
    }

    private Fetched fetch(PartitionLease lease, int deliveries) {
        Demand demand =
                new Demand(9, List.of(new Demand.Want(LaneKey.of(Queues.target(1)), Urgency.URGENT, deliveries)));
        Fetched fetched = queue.fetch(lease, demand);
        say(fetched);
        return fetched;
    }

    private void state() {
        say(queue.state());
    }

    private void say(Object what) {
        log.add(String.valueOf(what));
    }
}
