package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.ClaimTerms;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.push.RequestId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Queues that remember something of their own, and get it wrong. */
final class BrokenWorkQueues {

    private BrokenWorkQueues() {}

    /** Knows which lease is good, and does not ask for it. */
    static class Unfenced extends ForwardingWorkQueue {

        private final Map<Integer, PartitionLease> newest = new ConcurrentHashMap<>();

        Unfenced(WorkQueue good) {
            super(good);
        }

        @Override
        public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
            Optional<PartitionLease> lease = super.acquire(partition, instance, ttl);
            lease.ifPresent(granted -> newest.put(partition, granted));
            return lease;
        }

        PartitionLease newest(PartitionLease shown) {
            return newest.getOrDefault(shown.partition(), shown);
        }
    }

    /** The fence is the owner's name. */
    static final class FencesByName extends ForwardingWorkQueue {

        private final Map<PartitionLease, PartitionLease> real = new ConcurrentHashMap<>();

        FencesByName(WorkQueue good) {
            super(good);
        }

        private PartitionLease real(PartitionLease lease) {
            return real.getOrDefault(lease, lease);
        }

        @Override
        public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
            return super.acquire(partition, instance, ttl).map(granted -> {
                PartitionLease named = new PartitionLease(partition, instance);
                real.put(named, granted);
                return named;
            });
        }

        @Override
        public void renew(PartitionLease lease, Duration ttl) {
            super.renew(real(lease), ttl);
        }

        @Override
        public void release(PartitionLease lease) {
            super.release(real(lease));
        }

        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            return super.fetch(real(lease), demand);
        }

        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            return super.settle(real(lease), settlements);
        }
    }

    /** Gives out the last deliveries again as long as there are no others. */
    static final class FetchesAgain extends ForwardingWorkQueue {

        private List<Started> last = List.of();

        FetchesAgain(WorkQueue good) {
            super(good);
        }

        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            Fetched fetched = super.fetch(lease, demand);
            if (fetched.deliveries().isEmpty()) {
                return new Fetched(fetched.messages(), last);
            }
            last = fetched.deliveries();
            return fetched;
        }
    }

    /** Changes what an owner is told of deliveries. */
    static ForwardingWorkQueue started(WorkQueue good, UnaryOperator<List<Started>> change) {
        return new ForwardingWorkQueue(good) {
            @Override
            public Fetched fetch(PartitionLease lease, Demand demand) {
                Fetched fetched = super.fetch(lease, demand);
                return new Fetched(fetched.messages(), change.apply(fetched.deliveries()));
            }
        };
    }

    /** Changes what an owner says. */
    static ForwardingWorkQueue settled(WorkQueue good, UnaryOperator<Settlement> change) {
        return new ForwardingWorkQueue(good) {
            @Override
            public int settle(PartitionLease lease, Collection<Settlement> settlements) {
                return super.settle(lease, settlements.stream().map(change).toList());
            }
        };
    }

    /** Changes what is counted. */
    static ForwardingWorkQueue counted(WorkQueue good, UnaryOperator<QueueState> change) {
        return new ForwardingWorkQueue(good) {
            @Override
            public QueueState state() {
                return change.apply(super.state());
            }
        };
    }

    static QueueState counts(QueueState state, long made, Map<Kind, Long> results, long possibleDuplicates) {
        return new QueueState(
                state.intake(),
                made,
                state.queued(),
                state.parked(),
                state.started(),
                state.deadLetters(),
                state.buried(),
                results,
                state.ended(),
                possibleDuplicates,
                state.bytes());
    }

    /** A delivery that is parked comes back as it was fetched. */
    static final class ParksTheOld extends ForwardingWorkQueue {

        private final Map<RequestId, Delivery> fetched = new ConcurrentHashMap<>();

        ParksTheOld(WorkQueue good) {
            super(good);
        }

        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            Fetched some = super.fetch(lease, demand);
            some.deliveries().forEach(one -> fetched.put(one.delivery().id(), one.delivery()));
            return some;
        }

        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            return super.settle(
                    lease,
                    settlements.stream()
                            .map(one -> one instanceof Settlement.Parked park
                                    ? new Settlement.Parked(
                                            fetched.getOrDefault(park.delivery().id(), park.delivery()),
                                            park.delay(),
                                            park.attempted(),
                                            park.maybeTwice())
                                    : one)
                            .toList());
        }
    }

    /** Keeps what waits under the time when it is due. */
    static final class OneForEachDueTime extends ForwardingWorkQueue {

        private final Set<Duration> kept = new HashSet<>();

        OneForEachDueTime(WorkQueue good) {
            super(good);
        }

        @Override
        public List<Submitted> submit(List<Submission> submissions) {
            return submissions.stream().map(this::submit).toList();
        }

        private Submitted submit(Submission one) {
            boolean lost = !one.delay().isZero() && !kept.add(one.delay());
            return lost
                    ? new Submitted.Queued(false, 0, false)
                    : good.submit(List.of(one)).get(0);
        }
    }

    /** Confirms when the first target has ended. */
    static final class ConfirmsAtTheFirst extends ForwardingWorkQueue {

        private final DedupStore dedup;

        ConfirmsAtTheFirst(WorkQueue good, DedupStore dedup) {
            super(good);
            this.dedup = dedup;
        }

        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            int refused = super.settle(lease, settlements);
            for (Settlement one : settlements) {
                Delivery delivery = one.delivery();
                DedupKey key = delivery.key();
                if (one instanceof Settlement.Ended && key != null) {
                    dedup.confirm(key, ClaimOwner.of(delivery.message()), TargetEnds.all(Set.of()), Duration.ofHours(1))
                            .toCompletableFuture()
                            .join();
                }
            }
            return refused;
        }
    }

    /** What is purged stays said. */
    static final class PurgeReleasesNothing extends ForwardingWorkQueue {

        private final DedupStore dedup;

        PurgeReleasesNothing(WorkQueue good, DedupStore dedup) {
            super(good);
            this.dedup = dedup;
        }

        @Override
        public int purge(List<DeadLetter.Id> ids) {
            List<DeadLetter> letters = good.letters(null, 1_000).letters();
            int purged = super.purge(ids);
            for (DeadLetter letter : letters) {
                Delivery delivery = letter.delivery();
                DedupKey key = delivery == null ? null : delivery.key();
                if (ids.contains(letter.id()) && key != null) {
                    say(dedup, key);
                }
            }
            return purged;
        }
    }

    private static void say(DedupStore dedup, DedupKey key) {
        ClaimOwner owner = ClaimOwner.random();
        ClaimTerms terms = new ClaimTerms(Duration.ofMinutes(1), Duration.ofHours(1));
        Claim claim = dedup.claim(key, owner, terms).toCompletableFuture().join();
        if (DedupFixture.isGranted(claim)) {
            dedup.confirm(key, owner, TargetEnds.all(Set.of()), Duration.ofHours(1))
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Judges a message before it looks whether there is room for it. */
    static final class FullButClaimed extends ForwardingWorkQueue {

        private final DedupStore dedup;

        FullButClaimed(WorkQueue good, DedupStore dedup) {
            super(good);
            this.dedup = dedup;
        }

        @Override
        public List<Submitted> submit(List<Submission> submissions) {
            List<Submitted> answers = super.submit(submissions);
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i) instanceof Submitted.Full) {
                    say(dedup, submissions.get(i).key());
                }
            }
            return answers;
        }
    }

    /** Says how full it is before it looks for what it knows. */
    static final class FullFirst extends ForwardingWorkQueue {

        FullFirst(WorkQueue good) {
            super(good);
        }

        @Override
        public List<Submitted> submit(List<Submission> submissions) {
            boolean full = good.state().pending() >= QueueBug.SMALL_BACKLOG;
            return full ? List.of(new Submitted.Full()) : super.submit(submissions);
        }
    }

    /** Does not recognise a message that it has. */
    static final class RepetitionIsADuplicate extends ForwardingWorkQueue {

        private final Set<String> known = ConcurrentHashMap.newKeySet();

        RepetitionIsADuplicate(WorkQueue good) {
            super(good);
        }

        @Override
        public List<Submitted> submit(List<Submission> submissions) {
            List<Submitted> answers = new ArrayList<>(super.submit(submissions));
            for (int i = 0; i < answers.size(); i++) {
                boolean again = !known.add(submissions.get(i).message().id().value());
                if (again && answers.get(i) instanceof Submitted.Queued) {
                    answers.set(i, new Submitted.Duplicate());
                }
            }
            return answers;
        }
    }

    /** Looks whether it has a key, and stores the message then: between the two another may do the same. */
    static final class LooksThenStores extends ForwardingWorkQueue {

        private final Set<String> known = ConcurrentHashMap.newKeySet();
        private final AtomicInteger inside = new AtomicInteger();

        LooksThenStores(WorkQueue good) {
            super(good);
        }

        @Override
        public List<Submitted> submit(List<Submission> submissions) {
            String key = submissions.get(0).key().id();
            boolean free = !known.contains(key);
            inside.incrementAndGet();
            for (int i = 0; i < 10_000 && inside.get() < 2; i++) {
                Thread.onSpinWait();
            }
            List<Submitted> answers = super.submit(submissions);
            known.add(key);
            inside.decrementAndGet();
            return free && answers.get(0) instanceof Submitted.Duplicate
                    ? List.of(new Submitted.Queued(false, 0, false))
                    : answers;
        }
    }

    /** A replayed letter goes on where it died. */
    static final class ReplaysTheWorn extends ForwardingWorkQueue {

        private final Map<RequestId, Delivery> worn = new HashMap<>();

        ReplaysTheWorn(WorkQueue good) {
            super(good);
        }

        @Override
        public List<DeadLetters.Replayed> replay(List<DeadLetter.Id> ids) {
            good.letters(null, 1_000).letters().forEach(letter -> {
                Delivery delivery = letter.delivery();
                if (delivery != null) {
                    worn.put(delivery.id(), delivery);
                }
            });
            return super.replay(ids);
        }

        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            Fetched fetched = super.fetch(lease, demand);
            List<Started> deliveries = fetched.deliveries().stream()
                    .map(one -> new Started(
                            worn.getOrDefault(one.delivery().id(), one.delivery()),
                            one.starts(),
                            one.diedAlone(),
                            one.superseded(),
                            one.correction()))
                    .toList();
            return new Fetched(fetched.messages(), deliveries);
        }
    }

    /** A cursor says how many letters came before. */
    static final class CursorsCount extends ForwardingWorkQueue {

        CursorsCount(WorkQueue good) {
            super(good);
        }

        @Override
        public DeadLetters.Page letters(DeadLetters.@Nullable Cursor cursor, int limit) {
            List<DeadLetter> all = good.letters(null, 1_000).letters();
            int from = Math.min(all.size(), cursor == null ? 0 : Integer.parseInt(cursor.value()));
            int to = Math.min(all.size(), from + limit);
            return new DeadLetters.Page(
                    all.subList(from, to), to == all.size() ? null : new DeadLetters.Cursor(Integer.toString(to)));
        }
    }

    /** What finds no room among the letters is thrown away, and counted as if it were there. */
    static final class DropsLetters extends ForwardingWorkQueue {

        DropsLetters(WorkQueue good) {
            super(good);
        }

        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            if (super.settle(lease, settlements) > 0) {
                super.settle(
                        lease,
                        settlements.stream()
                                .<Settlement>map(one -> new Settlement.Ended(
                                        one.delivery(), SendResult.ofKind(Kind.DEAD_LETTERED), true))
                                .toList());
            }
            return 0;
        }
    }

    /** Counts each end that it is told, also one that it was told before. */
    static final class CountsEndsAgain extends ForwardingWorkQueue {

        private final Set<RequestId> ended = new HashSet<>();
        private long again;

        CountsEndsAgain(WorkQueue good) {
            super(good);
        }

        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            int refused = super.settle(lease, settlements);
            for (Settlement one : settlements) {
                boolean more = one instanceof Settlement.Ended
                        && !ended.add(one.delivery().id());
                again += more ? 1 : 0;
            }
            return refused;
        }

        @Override
        public QueueState state() {
            QueueState state = super.state();
            Map<Kind, Long> results = new EnumMap<>(Kind.class);
            results.putAll(state.results());
            if (again > 0) {
                results.merge(Kind.ACCEPTED, again, Long::sum);
            }
            return counts(state, state.made() + again, results, state.possibleDuplicates());
        }
    }
}
