package dev.notifykit.internal.queue;

import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Started;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes from the store what the lanes have room for, and sees which of it cannot simply go to its lane. Belongs to its partition's actor. */
final class Fetcher {

    private static final Logger log = LoggerFactory.getLogger(Fetcher.class);

    private final PartitionRun run;
    private final QueueContext context;
    private final PartitionLease lease;
    private final Demands demands;
    private final Intake intake;
    private final Flights flights;
    private final Suspects suspects;
    private final Settlements settlements;
    private final Outcomes outcomes;
    private @Nullable Demand unanswered;

    Fetcher(
            PartitionRun run,
            QueueContext context,
            PartitionLease lease,
            Demands demands,
            Intake intake,
            Flights flights,
            Suspects suspects,
            Settlements settlements,
            Outcomes outcomes) {
        this.run = run;
        this.context = context;
        this.lease = lease;
        this.demands = demands;
        this.intake = intake;
        this.flights = flights;
        this.suspects = suspects;
        this.settlements = settlements;
        this.outcomes = outcomes;
    }

    /**
     * Asks the store once.
     *
     * @param owned partitions of this instance
     * @return what came; null when there is room for nothing, or nothing to expect
     */
    @Nullable
    Fetched fetch(int owned) {
        Demand demand = unanswered;
        if (demand == null) {
            List<Demand.Want> wants =
                    demands.next(settlements.unburied(), owned, context.time().nanoTime());
            demand = new Demand(demands.wantsMessages() ? intake.room() : 0, wants);
        }
        if (demand.messages() == 0 && demand.deliveries().isEmpty()) {
            return null;
        }
        // A demand whose answer was lost is repeated as it was: it is answered with what is started already.
        unanswered = demand;
        Fetched fetched = context.queue().fetch(lease, demand);
        unanswered = null;
        demands.answered(demand, fetched);
        fetched.deliveries().forEach(this::take);
        intake.take(fetched.messages());
        if (!fetched.isEmpty()) {
            context.stages().at(Stage.FETCHED);
        }
        return fetched;
    }

    private void take(Started started) {
        WorkLane lane = context.lanes().get(started.delivery().lane());
        if (lane == null || flights.contains(started.delivery().id())) {
            log.error("{}: {} was not asked for and is left as it is", run, started.delivery());
            return;
        }
        DeliveryJourney journey =
                new DeliveryJourney(run, lane, started, context.time().nanoTime());
        settlements.fetched(journey.id());
        demands.taken(started.delivery().lane());
        flights.add(journey);
        if (Suspects.isPoison(started)) {
            outcomes.endedHere(
                    journey, new SendResult.DeadLettered(SendResult.DeadLettered.Why.POISON, null, journey.attempts()));
        } else if (started.starts() > Suspects.STARTS && !started.superseded()) {
            suspects.add(journey);
        } else if (started.correction() && !started.superseded()) {
            takeCorrection(journey);
        } else {
            flights.hold(journey);
        }
    }

    /** Its originals begin no further attempt; it waits for those under way, at most as long as one takes. */
    private void takeCorrection(DeliveryJourney correction) {
        Set<DeliveryJourney> originals = flights.originals(correction);
        originals.forEach(DeliveryJourney::supersede);
        originals.forEach(original -> original.lane().lane().recheck());
        if (originals.isEmpty()) {
            flights.hold(correction);
        } else {
            long until = context.time().nanoTime() + correction.lane().attemptTimeoutNanos();
            flights.waits(correction, originals, until);
        }
    }
}
