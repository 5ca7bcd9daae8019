package dev.notifykit.testkit.contract;

import dev.notifykit.dedup.DedupStore;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testkit.contract.BrokenWorkQueues.ConfirmsAtTheFirst;
import dev.notifykit.testkit.contract.BrokenWorkQueues.CountsEndsAgain;
import dev.notifykit.testkit.contract.BrokenWorkQueues.CursorsCount;
import dev.notifykit.testkit.contract.BrokenWorkQueues.DropsLetters;
import dev.notifykit.testkit.contract.BrokenWorkQueues.FencesByName;
import dev.notifykit.testkit.contract.BrokenWorkQueues.FetchesAgain;
import dev.notifykit.testkit.contract.BrokenWorkQueues.FullButClaimed;
import dev.notifykit.testkit.contract.BrokenWorkQueues.FullFirst;
import dev.notifykit.testkit.contract.BrokenWorkQueues.LooksThenStores;
import dev.notifykit.testkit.contract.BrokenWorkQueues.OneForEachDueTime;
import dev.notifykit.testkit.contract.BrokenWorkQueues.ParksTheOld;
import dev.notifykit.testkit.contract.BrokenWorkQueues.PurgeReleasesNothing;
import dev.notifykit.testkit.contract.BrokenWorkQueues.RepetitionIsADuplicate;
import dev.notifykit.testkit.contract.BrokenWorkQueues.ReplaysTheWorn;
import dev.notifykit.testkit.contract.BrokenWorkQueues.Unfenced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Mistakes that a queue may be written with, each with the rule of the contract that is there to find it. */
enum QueueBug {
    FENCE_NOT_CHECKED_WHEN_SETTLING("whoeverWasReplacedIsRefused", true, good -> new Unfenced(good) {
        @Override
        public int settle(PartitionLease lease, Collection<Settlement> settlements) {
            return super.settle(newest(lease), settlements);
        }
    }),

    FENCE_NOT_CHECKED_WHEN_FETCHING("whoeverWasReplacedIsRefused", true, good -> new Unfenced(good) {
        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            return super.fetch(newest(lease), demand);
        }
    }),

    FENCE_NOT_CHECKED_WHEN_EXPANDING("whoeverWasReplacedIsRefused", true, good -> new Unfenced(good) {
        @Override
        public void expand(PartitionLease lease, Collection<Expansion> expansions) {
            super.expand(newest(lease), expansions);
        }
    }),

    FENCES_COME_AGAIN("everyGrantHasAFenceOfItsOwn", true, FencesByName::new),

    LEASE_NEVER_ENDS("aLeaseEndsByItself", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
            return super.acquire(partition, instance, Duration.ofDays(9_999));
        }
    }),

    RENEWAL_DOES_NOTHING("aRenewedLeaseLasts", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public void renew(PartitionLease lease, Duration ttl) {
            good.settle(lease, List.of());
        }
    }),

    RELEASE_DOES_NOTHING("aPartitionGivenBackIsFreeAtOnce", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public void release(PartitionLease lease) {
            // Left to its end.
        }
    }),

    STARTED_LOST_AT_TAKEOVER(
            "whatWasStartedIsStartedAgainByTheHeirAndCountedOnce",
            true,
            good -> BrokenWorkQueues.started(
                    good, some -> some.stream().filter(one -> one.starts() == 1).toList())),

    TAKEOVERS_NOT_COUNTED(
            "whatWasStartedIsStartedAgainByTheHeirAndCountedOnce",
            true,
            good -> BrokenWorkQueues.counted(
                    good, state -> BrokenWorkQueues.counts(state, state.made(), state.results(), 0))),

    NEWEST_FIRST(
            "theOldestComesFirst",
            true,
            good -> BrokenWorkQueues.started(good, some -> {
                List<Started> backwards = new ArrayList<>(some);
                Collections.reverse(backwards);
                return backwards;
            })),

    MORE_THAN_WANTED("noMoreComesThanIsWanted", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public Fetched fetch(PartitionLease lease, Demand demand) {
            return super.fetch(
                    lease,
                    new Demand(
                            demand.messages(),
                            demand.deliveries().stream()
                                    .map(want -> new Demand.Want(want.lane(), want.urgency(), want.max() + 1))
                                    .toList()));
        }
    }),

    FETCHED_TWICE("nothingComesTwiceUnderOneLease", true, FetchesAgain::new),

    TARGET_LOST_WHEN_EXPANDING("aMessageIsReplacedByItsDeliveries", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public void expand(PartitionLease lease, Collection<Expansion> expansions) {
            super.expand(
                    lease,
                    expansions.stream()
                            .map(one -> one instanceof Expansion.Into into
                                    ? new Expansion.Into(
                                            into.message(), into.deliveries().subList(0, 1))
                                    : one)
                            .toList());
        }
    }),

    DUE_AT_ONCE(
            "whatIsParkedComesWhenItIsDueTheEarliestFirst",
            true,
            good -> BrokenWorkQueues.settled(
                    good,
                    one -> one instanceof Settlement.Parked park
                            ? new Settlement.Parked(park.delivery(), Duration.ZERO, park.attempted(), park.maybeTwice())
                            : one)),

    DUE_TOGETHER_LOST("whatFallsDueTogetherComesInPortionsAndNothingIsLost", true, OneForEachDueTime::new),

    PARKED_AS_IT_WAS("whatIsParkedGoesOnAsItIsNow", true, ParksTheOld::new),

    EVERY_START_COUNTS(
            "theStartsTellHowOftenOwnersFellSilent",
            true,
            good -> BrokenWorkQueues.settled(
                    good,
                    one -> one instanceof Settlement.Parked park
                            ? new Settlement.Parked(park.delivery(), park.delay(), !park.attempted(), park.maybeTwice())
                            : one)),

    ALONE_FORGOTTEN("whatDiedAloneIsKnownToTheHeir", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public void alone(PartitionLease lease, Delivery delivery) {
            good.settle(lease, List.of());
        }
    }),

    SUPERSEDED_NOT_SEEN(
            "otherContentIsACorrection",
            true,
            good -> BrokenWorkQueues.started(
                    good,
                    some -> some.stream()
                            .map(one ->
                                    new Started(one.delivery(), one.starts(), one.diedAlone(), false, one.correction()))
                            .toList())),

    CLAIM_ENDS_WITH_THE_FIRST_TARGET("theClaimEndsWithTheLastTarget", true, ConfirmsAtTheFirst::new),

    RELEASED_COUNTS_AS_SAID(
            "whoWasReleasedMayBeToldAgainAndNobodyElse",
            true,
            good -> BrokenWorkQueues.settled(
                    good,
                    one -> one instanceof Settlement.Ended end
                            ? new Settlement.Ended(end.delivery(), end.result(), true)
                            : one)),

    ENDS_COUNT_TWICE("settlingAgainChangesNothing", true, CountsEndsAgain::new),

    FULL_BUT_CLAIMED("aFullQueueTakesNothing", true, FullButClaimed::new),

    FULL_BEFORE_IT_LOOKS("aFullQueueStillKnowsWhatItKnows", false, FullFirst::new),

    REPETITION_IS_A_DUPLICATE("whatIsSubmittedIsHereOnce", true, RepetitionIsADuplicate::new),

    LOOKS_THEN_STORES("ownersWhoReplaceOneAnotherEndEveryDeliveryOnce", false, LooksThenStores::new),

    LETTERS_DROPPED("aLetterWithoutRoomLeavesItsDeliveryStarted", true, DropsLetters::new),

    CURSOR_IS_A_NUMBER("pagesFollowOneAnotherWhateverHappensMeanwhile", false, CursorsCount::new),

    PURGE_RELEASES_NOTHING("whatIsPurgedIsGoneAndMayBeSaidAgain", true, PurgeReleasesNothing::new),

    REPLAYED_AS_IT_DIED("aReplayedLetterIsADeliveryWithNothingBehindIt", true, ReplaysTheWorn::new),

    STALE_IS_REPLAYED("whatWasCorrectedSinceIsNotReplayed", true, good -> new ForwardingWorkQueue(good) {
        @Override
        public List<Replayed> replay(List<DeadLetter.Id> ids) {
            return super.replay(ids).stream()
                    .map(answer -> answer == Replayed.STALE ? Replayed.QUEUED : answer)
                    .toList();
        }
    }),

    BURIED_COUNTS_AS_MADE(
            "whatDiedElsewhereIsKeptAndCountedApart",
            true,
            good -> BrokenWorkQueues.counted(
                    good,
                    state -> BrokenWorkQueues.counts(
                            state, state.made() + state.buried(), state.results(), state.possibleDuplicates())));

    /** The limit of the rule on full queues. */
    static final int SMALL_BACKLOG = 1;

    /** The test that has to find it. */
    final String foundBy;

    /** Whether the random model has to find it as well. */
    final boolean foundByModel;

    private final BinaryBug bug;

    /** Breaks a queue beside a dedup store. */
    private interface BinaryBug {
        WorkQueue in(WorkQueue good, DedupStore dedup);
    }

    QueueBug(String foundBy, boolean foundByModel, UnaryOperator<WorkQueue> bug) {
        this(foundBy, foundByModel, (good, dedup) -> bug.apply(good));
    }

    QueueBug(String foundBy, boolean foundByModel, BinaryBug bug) {
        this.foundBy = foundBy;
        this.foundByModel = foundByModel;
        this.bug = bug;
    }

    WorkQueue in(WorkQueue good, DedupStore dedup) {
        return bug.in(good, dedup);
    }
}
