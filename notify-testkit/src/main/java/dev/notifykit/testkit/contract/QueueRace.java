package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testkit.contract.QueueFixture.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Submitters and owners in threads, who have nothing in common but the queue. Every event is submitted by several; owners die and leave
 * everything as it is, or go on writing when somebody else has their partition. In the end every event was new once, every delivery has one
 * result, and nobody's word was taken after he was replaced.
 */
final class QueueRace {

    static final int PARTITIONS = 3;

    private static final long A_MOMENT = 20_000;
    private static final int SUBMITTERS = 3;
    private static final int OWNERS = 4;
    private static final int EVENTS = 150;

    /** How often time is moved on: it costs a queue on a real clock as much as it says. */
    private static final int MISHAPS = 14;

    private final WorkQueue queue;
    private final Consumer<Duration> passTime;
    private final Duration lease;
    private final Duration patience;
    private final AtomicInteger submitting = new AtomicInteger(SUBMITTERS);
    private final AtomicInteger mishaps = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicLong again = new AtomicLong();
    private final AtomicLong made = new AtomicLong();
    private final ConcurrentMap<Integer, Integer> timesNew = new ConcurrentHashMap<>();
    private final ConcurrentMap<RequestId, Kind> ends = new ConcurrentHashMap<>();
    private final Set<PartitionLease> leases = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Ghost> ghosts = new ConcurrentLinkedQueue<>();

    QueueRace(WorkQueue queue, Consumer<Duration> passTime, Duration lease, Duration patience) {
        this.queue = queue;
        this.passTime = passTime;
        this.lease = lease;
        this.patience = patience;
    }

    /** What somebody who fell silent had in work. */
    private record Ghost(PartitionLease lease, Fetched fetched) {}

    void run(long seed) {
        List<Callable<@Nullable Void>> all = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            int number = i;
            all.add(() -> {
                submitAll(number, new Random(seed * 31 + number));
                return null;
            });
        }
        for (int i = 0; i < OWNERS; i++) {
            int number = i;
            all.add(() -> {
                workUntilTheEnd("owner-" + number, new Random(seed * 37 + number));
                return null;
            });
        }
        Together.run(all, patience);
        pass();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertTrue(queue.acquire(partition, "last", lease).isPresent());
        }
        ghosts.forEach(this::assertReplaced);

        for (int event = 0; event < EVENTS; event++) {
            assertEquals(1, timesNew.get(event), "how often event " + event + " was new");
        }
        QueueState state = QueueFixture.lawful(queue.state());
        assertEquals(0, state.pending());
        assertEquals(made.get(), state.made(), "deliveries, counted by those who made them and by the queue");
        assertEquals(made.get(), ends.size(), "deliveries that an owner has ended");
        assertEquals(Map.of(Kind.ACCEPTED, made.get()), state.results());
        assertEquals(again.get(), state.possibleDuplicates(), "starts after somebody fell silent");
        assertTrue(again.get() > 0, "nothing was started again: the race proves nothing");
        assertTrue(late.get() > 0, "nobody came too late: the race proves nothing");
    }

    private void submitAll(int submitter, Random random) {
        try {
            for (int event = 0; event < EVENTS; event++) {
                boolean known = event % 2 == 0;
                Message message = QueueValues.message(
                        "s" + submitter + "-" + event,
                        DedupKey.of("event-" + event),
                        event % 3 == 0 ? Urgency.BULK : Urgency.URGENT);
                Submission submission = new Submission(
                        message,
                        known ? QueueValues.deliveries(message, 1, -1) : List.of(),
                        lease.multipliedBy(1_000),
                        Duration.ZERO);
                Verdict verdict = verdictOf(submission);
                if (random.nextInt(4) == 0) {
                    assertEquals(verdict, verdictOf(submission), "its own repetition");
                }
                assertTrue(verdict == Verdict.NEW || verdict == Verdict.DUPLICATE, () -> "was " + verdict);
                if (verdict == Verdict.NEW) {
                    timesNew.merge(event, 1, Integer::sum);
                    made.addAndGet(known ? 2 : 0);
                }
                pause(random, 4);
            }
        } finally {
            submitting.decrementAndGet();
        }
    }

    private Verdict verdictOf(Submission submission) {
        List<Submitted> answers = queue.submit(List.of(submission));
        return QueueFixture.verdict(answers.get(0));
    }

    private synchronized void pass() {
        passTime.accept(lease);
    }

    private static void pause(Random random, int oneOf) {
        if (random.nextInt(oneOf) == 0) {
            LockSupport.parkNanos(A_MOMENT);
        }
    }

    private void workUntilTheEnd(String name, Random random) {
        int lives = 0;
        while ((submitting.get() > 0 || queue.state().pending() > 0)
                && !Thread.currentThread().isInterrupted()) {
            int partition = random.nextInt(PARTITIONS);
            Optional<PartitionLease> taken = queue.acquire(partition, name + "-" + lives, lease);
            if (taken.isEmpty()) {
                LockSupport.parkNanos(A_MOMENT);
                continue;
            }
            PartitionLease mine = taken.get();
            assertTrue(leases.add(mine), "a lease was there before");
            lives += work(mine, random) ? 0 : 1;
        }
    }

    /** False: died, or was replaced. */
    private boolean work(PartitionLease mine, Random random) {
        try {
            haunt(mine);
            for (int rounds = 1 + random.nextInt(6); rounds > 0; rounds--) {
                Fetched fetched = queue.fetch(mine, QueueValues.demand(4, 4));
                again.addAndGet(fetched.deliveries().stream()
                        .filter(one -> one.starts() > 1)
                        .count());
                boolean dies = mishaps.get() == 0 || (mishaps.get() < MISHAPS && random.nextInt(10) == 0);
                if (dies && !fetched.deliveries().isEmpty()) {
                    mishaps.incrementAndGet();
                    ghosts.add(new Ghost(mine, fetched));
                    pass();
                    return false;
                }
                expand(mine, fetched);
                settle(mine, fetched.deliveries(), random);
                pause(random, 3);
            }
            queue.release(mine);
            return true;
        } catch (PartitionLostException replaced) {
            return false; // time was moved on by one who died
        }
    }

    private void expand(PartitionLease mine, Fetched fetched) {
        List<Expansion> expansions = new ArrayList<>();
        fetched.messages().forEach(taken -> expansions.add(QueueValues.into(taken.message(), 1, 2, -1)));
        queue.expand(mine, expansions);
        made.addAndGet(3L * expansions.size());
    }

    private void settle(PartitionLease mine, List<Started> started, Random random) {
        List<Settlement> settlements = new ArrayList<>();
        List<Started> ended = new ArrayList<>();
        for (Started one : started) {
            if (random.nextInt(4) == 0) {
                settlements.add(QueueValues.parked(one.delivery(), Duration.ZERO));
            } else {
                settlements.add(QueueValues.ended(one.delivery(), QueueValues.ACCEPTED));
                ended.add(one);
            }
        }
        assertEquals(0, queue.settle(mine, settlements));
        ended.forEach(
                one -> assertNull(ends.putIfAbsent(one.delivery().id(), Kind.ACCEPTED), "a delivery has ended twice"));
    }

    /** Somebody wakes up who was replaced, and goes on writing. */
    private void haunt(PartitionLease mine) {
        Ghost ghost = ghosts.poll();
        if (ghost == null) {
            return;
        }
        if (ghost.lease.partition() != mine.partition()) {
            ghosts.add(ghost);
            return;
        }
        queue.renew(mine, lease); // so it is the ghost who was replaced
        assertReplaced(ghost);
    }

    private void assertReplaced(Ghost ghost) {
        List<Settlement> settlements = ghost.fetched.deliveries().stream()
                .map(one -> QueueValues.ended(one.delivery(), QueueValues.EXPIRED))
                .toList();
        assertThrows(PartitionLostException.class, () -> queue.settle(ghost.lease, settlements));
        assertThrows(PartitionLostException.class, () -> queue.fetch(ghost.lease, QueueValues.demand(4, 4)));
        late.incrementAndGet();
    }
}
