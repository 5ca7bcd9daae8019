package dev.notifykit.internal.queue;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.LentJourney;
import dev.notifykit.internal.work.LeaseTrust;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.SinkDoor;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.PushResponse;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.MessageSink;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.Stage;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one partition of the queue, from its lease to its end: fetches what the lanes have room for, hands deliveries to their lanes, notes
 * what became of them. One actor; it may block on the store, and the lanes never wait for it.
 *
 * <p>The order that makes a crash harmless: what is fetched is noted as started by the store; a result goes to the host's sink first and is
 * settled after; what may become a duplicate is counted, by parking it, before it is sent again; an attempt begins only while the lease surely
 * holds.
 */
final class PartitionRun extends Serial {

    private static final Logger log = LoggerFactory.getLogger(PartitionRun.class);

    /** How often the store is asked for work, and the longest that a result waits to be settled. */
    static final Duration TICK = Duration.ofMillis(100);

    /** How long a store that has failed is left alone. */
    private static final Duration REST = Duration.ofMillis(250);

    /** With so many results that the sink or the store has not taken, nothing more is fetched. */
    private static final int MOST_UNSETTLED = 2_000;

    /** Who is told when there is nothing more to do here; on the partition's thread. */
    interface Owner {

        void partitionLeft(PartitionRun run);

        int partitionsOwned();
    }

    private final QueueContext context;
    private final PartitionLease lease;
    private final Owner owner;
    private final WorkQueue queue;
    private final TimeSource time;
    private final LeaseTrust trust;
    private final Demands demands;
    private final Flights flights = new Flights();
    private final Suspects suspects;
    private final Settlements settlements;
    private final SinkDoor<DeliveryResult> sink;
    private final Intake intake;
    private final Outcomes outcomes;
    private final Fetcher fetcher;
    private final Troubles troubles = new Troubles();

    private final AtomicBoolean nudged = new AtomicBoolean();

    private volatile boolean leaving;
    private volatile boolean over;
    private volatile int load;

    private boolean ticked;
    private long restUntilNanos;

    /**
     * Takes over a partition.
     *
     * @param askedNanos a reading of the clock from before the lease was asked for
     */
    PartitionRun(QueueContext context, PartitionLease lease, long askedNanos, Owner owner) {
        super(context.blocking());
        this.context = context;
        this.lease = lease;
        this.owner = owner;
        queue = context.queue();
        time = context.time();
        restUntilNanos = askedNanos;
        trust = new LeaseTrust(time, context.settings().lease(), askedNanos);
        demands = new Demands(context.lanes());
        suspects = new Suspects(context, lease);
        settlements = new Settlements(queue, lease, context.stages());
        MessageSink host = context.sink();
        sink = new SinkDoor<>(
                host == null ? null : host::accept,
                Settlements.MOST,
                new SinkDoor.Ground(time, context.blocking(), context.stages()),
                this::tell,
                reason -> troubles.note(Troubles.Kind.SINK, reason));
        intake = new Intake(context, lease, sink, this::tell, reason -> troubles.note(Troubles.Kind.INTAKE, reason));
        outcomes = new Outcomes(context, flights, demands, settlements, sink);
        fetcher = new Fetcher(this, context, lease, demands, intake, flights, suspects, settlements, outcomes);
    }

    void begin() {
        tell(this::tick);
    }

    // ---- asked by lanes, from their threads

    RetryPolicy retryPolicy() {
        return context.retryPolicy();
    }

    long nanoTime() {
        return time.nanoTime();
    }

    /** Whether the lease surely still holds: past that an heir may be at work. */
    boolean isTrusted() {
        return !over && trust.holds();
    }

    boolean wants(DeliveryJourney journey) {
        return !leaving && isTrusted() && context.solo().allows(journey);
    }

    // ---- told by the engine

    int partition() {
        return lease.partition();
    }

    Troubles troubles() {
        return troubles;
    }

    /** How many deliveries are in lanes, as of the last step. */
    int load() {
        return load;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** There may be work. Many calls are one. */
    void nudge() {
        if (nudged.compareAndSet(false, true)) {
            tell(() -> {
                nudged.set(false);
                demands.lookAgain();
            });
        }
    }

    /** Gives the partition back, as soon as nothing of it is in flight. */
    void giveBack() {
        leaving = true;
        tell(this::recheckLanes);
    }

    private void recheckLanes() {
        context.lanes().values().forEach(lane -> lane.lane().recheck());
    }

    // ---- what came of a delivery

    void takeBack(DeliveryJourney journey) {
        LentJourney.Back back = journey.back();
        long now = time.nanoTime();
        journey.rests(now);
        context.solo().left();
        flights.left();
        boolean ranAlone = suspects.back(journey);
        if (over) {
            suspects.stored(); // it is somebody else's by now
            demands.gone(journey.delivery().lane());
        } else if (back instanceof LentJourney.Back.Ended ended) {
            outcomes.ended(journey, ended.result());
        } else if (back instanceof LentJourney.Back.Later later) {
            outcomes.park(journey, later.delayNanos(), journey.lastResponse() instanceof PushResponse.Unknown);
        } else if (back instanceof LentJourney.Back.Abandoned abandoned) {
            if (abandoned.inFlight() && !ranAlone) {
                // It stays started: an heir counts it among what may come twice.
                outcomes.gone(journey);
            } else {
                // A suspect must not stay started: nobody has died with it.
                outcomes.park(journey, 0, abandoned.inFlight());
            }
        } else if (back instanceof LentJourney.Back.Given given) {
            given(journey, given, ranAlone);
        }
    }

    private void given(DeliveryJourney journey, LentJourney.Back.Given given, boolean ranAlone) {
        if (given.why() == Journey.GivenBack.SENDER_PAUSED || (ranAlone && !given.withdrawn())) {
            // Nothing is fetched for a paused sender, save a probe; so it waits in its lane's queue, and comes at once
            // when that is over. As does a suspect: while it is held others run, and one of them may end the process.
            outcomes.park(journey, 0, false);
        } else if (given.withdrawn()) {
            outcomes.park(journey, Suspects.againNanos(), false);
        } else {
            flights.hold(journey);
        }
    }

    // ---- the steps after each batch

    @Override
    protected void afterBatch() {
        if (over || time.nanoTime() - restUntilNanos < 0) {
            return;
        }
        boolean now = ticked || flights.inLanes() == 0;
        ticked = false;
        load = flights.inLanes();
        try {
            if (now || sink.isFull()) {
                sink.pump();
            }
            if (now || settlements.isFull()) {
                settlements.flush();
            }
            if (sink.isEmpty() && settlements.isEmpty()) {
                suspects.stored();
            }
            if (intake.flush()) {
                demands.lookAgain();
            }
            if (leaving) {
                leaveIfDone();
            } else {
                feed();
                fetch();
            }
            if (isTrusted()) {
                troubles.note(Troubles.Kind.STORE, null);
            }
        } catch (PartitionLostException e) {
            log.warn("{}: the lease was lost; another instance goes on", this);
            leave();
        } catch (RuntimeException e) {
            storeFailed(e);
        }
    }

    /** Nothing is lost by it: what was to be stored is kept and stored again, and without a lease no attempt begins. */
    private void storeFailed(RuntimeException e) {
        log.warn("{}: the queue failed and is asked again: {}", this, Traces.of(e));
        restUntilNanos = time.nanoTime() + REST.toNanos();
        troubles.note(
                Troubles.Kind.STORE,
                "the queue does not answer: " + e.getClass().getName());
    }

    private void fetch() {
        if (!isTrusted()
                || !context.solo().isFree()
                || !suspects.isEmpty()
                || settlements.size() + sink.waiting() >= MOST_UNSETTLED) {
            return;
        }
        Fetched fetched = fetcher.fetch(owner.partitionsOwned());
        if (fetched == null) {
            return;
        }
        feed();
        if (!fetched.isEmpty()) {
            tell(() -> {});
        }
    }

    /** Gives to the lanes what may go there now. */
    private void feed() {
        DeliveryJourney suspect = isTrusted() ? suspects.next() : null;
        if (suspect != null) {
            feed(List.of(suspect));
        }
        feed(flights.ready(time.nanoTime()));
    }

    private void feed(List<DeliveryJourney> journeys) {
        Map<Lane, List<DeliveryJourney>> byLane = new LinkedHashMap<>();
        for (DeliveryJourney journey : journeys) {
            if (!isTrusted()) {
                flights.hold(journey);
            } else if (journey.isSuperseded()) {
                SendResult superseded = new SendResult.Suppressed(SendResult.Suppressed.Why.SUPERSEDED);
                outcomes.endedHere(journey, journey.orUnknown(superseded));
            } else if (context.solo().enters(journey)) {
                journey.leaves(time.nanoTime());
                flights.entered();
                byLane.computeIfAbsent(journey.lane().lane(), lane -> new ArrayList<>())
                        .add(journey);
            } else {
                flights.hold(journey);
            }
        }
        byLane.forEach(Lane::enterAll);
    }

    // ---- the tick

    private void tick() {
        if (over) {
            return;
        }
        time.schedule(() -> tell(this::tick), TICK);
        ticked = true;
        demands.lookAgain();
        intake.tryAgain();
        suspects.recallOverdue();
        if (sink.isEmpty()) {
            troubles.note(Troubles.Kind.SINK, null);
        }
        try {
            renewIfDue();
            settlements.buryAgain();
            troubles.note(Troubles.Kind.LETTERS, withoutRoom(settlements.unburied()));
        } catch (PartitionLostException e) {
            log.warn("{}: the lease was lost; another instance goes on", this);
            leave();
        } catch (RuntimeException e) {
            storeFailed(e);
        }
    }

    private static @Nullable String withoutRoom(Set<?> lanes) {
        return lanes.isEmpty() ? null : "no room for dead letters, nothing more is taken for " + lanes;
    }

    private void renewIfDue() {
        if (trust.isDue()) {
            long asked = time.nanoTime();
            queue.renew(lease, context.settings().lease());
            trust.granted(asked);
        }
    }

    // ---- ends

    private void leaveIfDone() {
        suspects.leave();
        flights.resting().forEach(journey -> outcomes.park(journey, 0, false));
        if (flights.inLanes() > 0 || !sink.isEmpty()) {
            return;
        }
        settlements.flush();
        context.stages().at(Stage.BEFORE_PARTITION_RELEASE);
        queue.release(lease);
        context.stages().at(Stage.PARTITION_RELEASED);
        leave();
    }

    /** Drops everything: whoever owns the partition now, or will, finds it in the store. */
    private void leave() {
        over = true;
        suspects.leave();
        flights.resting().forEach(outcomes::gone);
        recheckLanes();
        owner.partitionLeft(this);
    }

    @Override
    public String toString() {
        return "Partition[" + lease.partition() + "]";
    }
}
