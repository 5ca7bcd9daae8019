package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.LentJourney;
import dev.notifykit.internal.work.LeaseTrust;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one shard, from the grant of its lease to its end: opens pages, hands rows to their lanes, notes what became of them, parks
 * what must wait, closes pages. One actor; it may block on the store, and the lanes never wait for it.
 *
 * <p>The order that makes a crash harmless: a page's manifest is saved before its first row is sent; what may become a duplicate is counted
 * before it is sent again; a row's mark follows its answer within {@link ShardMarks#MOST} results or {@link #TICK}; a page is closed
 * after all its marks are saved and the host's sink has taken its results.
 */
final class ShardRun extends Serial {

    private static final Logger log = LoggerFactory.getLogger(ShardRun.class);

    /** How long marks may wait to be saved, and how often parked rows, the lease and the host's commands are looked at. */
    static final Duration TICK = Duration.ofMillis(250);

    /** What is wanted of the shard. */
    enum Mode {
        /** Send. */
        RUNNING,
        /** Hold. */
        PAUSED,
        /** End what has been read. */
        CANCELLED,
        /** Give the shard back. */
        STOPPING
    }

    /** Who is told when there is nothing more to do here; on the shard's thread. */
    interface Owner {

        void shardLeft(ShardRun run);

        void trouble(ShardRun run, @Nullable String reason);
    }

    private final ShardContext context;
    private final ShardGrant grant;
    private final ShardLease lease;
    private final Owner owner;
    private final TimeSource time;
    private final ProgressStore store;
    private final StageProbe stages;
    private final ShardMarks marks;
    private final ShardSink sink;
    private final RequestIds ids;
    private final OpenPages pages;
    private final Parking parking;
    private final LaneLoads loads;
    private final RowFeed feed;
    private final ReadAhead ahead;
    private final List<Runnable> unsubscribe = new ArrayList<>();
    private final LeaseTrust trust;
    private final @Nullable Instant expiresAt;

    private volatile Mode mode;
    private volatile boolean over;

    private @Nullable String trouble;
    private boolean begun;
    private boolean leftInFlight;
    private long restUntilNanos;

    /**
     * Takes over a shard.
     *
     * @param grantedNanos a reading of the clock from before the lease was asked for
     */
    ShardRun(ShardContext context, ShardGrant grant, long grantedNanos, Mode mode, Owner owner) {
        super(context.blocking());
        this.context = context;
        this.grant = grant;
        this.mode = mode;
        this.owner = owner;
        expiresAt = context.spec().expiresAt().orElse(null);
        lease = grant.lease();
        time = context.time();
        store = context.store();
        stages = context.stages();
        marks = new ShardMarks(context, lease);
        sink = new ShardSink(context, this::tell, reason -> tell(() -> trouble(reason)));
        ids = new RequestIds(lease.fanOut(), lease.shard());
        restUntilNanos = grantedNanos;
        trust = new LeaseTrust(time, context.settings().lease(), grantedNanos);
        pages = new OpenPages(this, context, grant, marks, ids);
        parking = new Parking(this, context, grant, marks, ids);
        loads = new LaneLoads(context.lanes().values(), grantedNanos);
        feed = new RowFeed(this, context, lease, pages, parking, loads);
        ahead = new ReadAhead(this, context, grant, pages);
        for (Lane lane : context.lanes().values()) {
            unsubscribe.add(lane.sender().onResume(() -> tell(parking::senderResumed)));
        }
    }

    void begin() {
        tell(this::scheduleTick);
    }

    /** Takes over what the owner before has left. */
    private void takeOver() {
        stages.at(Stage.SHARD_TAKEN);
        grant.openPages().forEach(page -> pages.reopen(page, grant.released()));
        if (!grant.released() && context.spec().delivery() == FanOutSpec.Delivery.AT_LEAST_ONCE) {
            // Which parked rows the owner before had taken up is not known: any of them may be sent again.
            marks.possibleDuplicates(grant.parked());
        }
        begun = true;
    }

    // ---- asked by lanes, from their threads

    FanOutSpec spec() {
        return context.spec();
    }

    @Nullable
    Instant expiresAt() {
        return expiresAt;
    }

    Mode mode() {
        return mode;
    }

    /** Whether the lease surely still holds: past that an heir may be at work. */
    boolean isTrusted() {
        return !over && trust.holds();
    }

    PushRequest render(AudienceRow row, RequestId id) {
        FanOutSpec spec = context.spec();
        return PushRequest.builder(row.target(), context.handler().render(spec.notification(), row))
                .id(id)
                .expiresAt(expiresAt)
                .urgency(spec.urgency())
                .collapseId(spec.collapseId().orElse(null))
                .stableId(spec.stableId())
                .build();
    }

    // ---- told by the engine

    ShardLease lease() {
        return lease;
    }

    /** Takes effect on every attempt that has not begun. */
    void mode(Mode wanted) {
        if (mode == wanted || mode == Mode.STOPPING) {
            return;
        }
        mode = wanted;
        tell(() -> {
            feed.again();
            context.lanes().values().forEach(Lane::recheck);
        });
    }

    // ---- what came of a row

    void takeBack(RowJourney row) {
        LentJourney.Back back = row.back();
        long now = time.nanoTime();
        row.rests(now);
        loads.left(row.lane());
        if (over) {
            return;
        }
        if (back instanceof LentJourney.Back.Ended ended) {
            loads.ended(row.lane(), now);
            ended(row, ended.result());
        } else if (back instanceof LentJourney.Back.Later later) {
            tryLater(row, later.delayNanos());
        } else if (back instanceof LentJourney.Back.Abandoned abandoned) {
            leftInFlight |= abandoned.inFlight();
        } else if (back instanceof LentJourney.Back.Given given) {
            if (given.why() == Journey.GivenBack.SENDER_PAUSED) {
                park(row, parking.untilProbe(row.lane()), true);
            } else if (given.withdrawn() && mode == Mode.RUNNING) {
                parkForRoom(row, loads.untilDone(row.lane(), parking.size(), now));
            } else {
                hold(row);
            }
        }
    }

    /** A row has its result: it is marked at once, a parked one after the sink has taken it. */
    void ended(RowJourney row, SendResult result) {
        if (result instanceof SendResult.DeadLettered dead) {
            marks.bury(() -> Burial.letter(lease.fanOut(), row.request(), dead, time.now()));
        }
        PageRun page = row.page();
        if (page == null) {
            toSink(row.row(), result, () -> parking.ended(row.place(), result));
        } else {
            marks.add(new Mark.Ended(page.number(), PageRun.index(row.place()), result.kind()));
            page.marked(row);
            toSink(page, row.row(), result);
        }
    }

    /** A page stays open until the sink has taken the results of its rows. */
    void toSink(PageRun page, AudienceRow row, SendResult result) {
        page.sinking(1);
        toSink(row, result, () -> page.sinking(-1));
    }

    void toSink(AudienceRow row, SendResult result, Runnable taken) {
        if (sink.isAbsent()) {
            taken.run();
        } else {
            RequestId id = ids.of(row.key());
            sink.add(new RowResult(lease.fanOut(), lease.shard(), row.key(), id, row.target(), result), taken);
        }
    }

    long nanoTime() {
        return time.nanoTime();
    }

    private void tryLater(RowJourney row, long delayNanos) {
        if (row.lastResponse() instanceof PushResponse.Unknown) {
            marks.possibleDuplicates(1);
        }
        if (delayNanos > LentJourney.SHORT_WAIT_NANOS) {
            park(row, Duration.ofNanos(delayNanos), false);
        } else {
            marks.afterFlush(() -> enterLater(row, delayNanos));
        }
    }

    /** Gives a row to its lane, unless the shard is about to be given back. */
    void enterLater(RowJourney row, long delayNanos) {
        if (mode == Mode.STOPPING) {
            hold(row);
            return;
        }
        feed.feed(row, delayNanos);
    }

    private void park(RowJourney row, Duration delay, boolean forLane) {
        PageRun page = row.page();
        if (page == null) {
            parking.parkAgain(row, delay, forLane);
        } else if (!parking.isFull()) {
            parking.park(row, page, delay, forLane);
        } else if (forLane) {
            page.idle().add(row);
        } else {
            marks.afterFlush(() -> enterLater(row, delay.toNanos()));
        }
    }

    /** Another lane is starved by this row's page, and this row's lane has too much to do. */
    private void parkForRoom(RowJourney row, Duration delay) {
        PageRun page = row.page();
        if (page == null || parking.isFull()) {
            hold(row);
        } else {
            parking.parkForRoom(row, page, delay);
        }
    }

    /** Not now: it waits in its page, or stays parked as it was. */
    private void hold(RowJourney row) {
        PageRun page = row.page();
        if (page == null) {
            parking.stays(row);
        } else {
            page.idle().add(row);
            feed.again();
        }
    }

    // ---- the steps after each batch

    private boolean mayRead() {
        return ahead.isIdle() && mode == Mode.RUNNING && isTrusted() && !parking.isFull() && pages.haveRoom();
    }

    @Override
    protected void afterBatch() {
        if (over || time.nanoTime() - restUntilNanos < 0) {
            return;
        }
        try {
            if (!begun) {
                takeOver();
            }
            if (mode == Mode.RUNNING && ahead.open()) {
                feed.again();
            }
            if (marks.mustFlushFirst()) {
                marks.flush();
            }
            if (mode == Mode.CANCELLED) {
                endIdle();
            } else if (mode == Mode.RUNNING) {
                feed.feed();
            }
            if (sink.isFull() || pages.anyWaitsForSink()) {
                sink.pump();
            }
            if (marks.isFull() || pages.anyUnsaved()) {
                marks.flush();
                pages.allSaved();
            }
            pages.closeDone();
            if (mayRead()) {
                ahead.read();
            } else {
                feed.feedStarving();
            }
            leaveIfDone();
        } catch (FencedException e) {
            lost();
        } catch (RuntimeException e) {
            storeFailed(e);
        }
    }

    /** Nothing is lost by it: what was to be stored is kept and stored again, and without a lease no attempt begins. */
    private void storeFailed(RuntimeException e) {
        restUntilNanos = time.nanoTime() + TICK.toNanos();
        if (e instanceof Burial.NoRoomException) {
            trouble(e.getMessage());
            return;
        }
        log.warn("{}: the progress store failed and is asked again: {}", this, Traces.of(e));
        trouble("store: " + e.getClass().getName());
    }

    private void endIdle() {
        for (PageRun page : pages.all()) {
            while (!page.idle().isEmpty()) {
                RowJourney row = page.idle().remove();
                ended(row, row.orUnknown(new SendResult.Cancelled()));
            }
        }
    }

    // ---- the tick

    private void scheduleTick() {
        time.schedule(() -> tell(this::tick), TICK);
    }

    private void tick() {
        if (over) {
            return;
        }
        scheduleTick();
        feed.again();
        loads.tick(TICK);
        try {
            renewIfDue();
            if (!begun) {
                return;
            }
            marks.flush();
            sink.pump();
            boolean cancelled = mode == Mode.CANCELLED;
            if (cancelled || (mode == Mode.RUNNING && isTrusted())) {
                parking.takeUp(cancelled, loads);
            }
            if (parking.isFull()) {
                trouble("parked rows: the limit of " + context.settings().parkedLimit() + " is reached");
            } else if (trouble != null && sink.isEmpty() && !ahead.isReading()) {
                trouble(null);
            }
        } catch (FencedException e) {
            lost();
        } catch (RuntimeException e) {
            storeFailed(e);
        }
    }

    private void renewIfDue() {
        if (trust.isDue()) {
            long asked = time.nanoTime();
            store.renew(lease, context.settings().lease());
            trust.granted(asked);
        }
    }

    // ---- ends

    private void leaveIfDone() {
        if (mode == Mode.STOPPING) {
            if (loads.total() == 0 && !sink.isEmpty()) {
                sink.pump();
            } else if (loads.total() == 0) {
                marks.flush(); // by which what was on its way to a lane has come back
                parkAttempted();
                marks.flush();
                release();
                leave();
            }
            return;
        }
        boolean allRead = ahead.isOver() || (mode == Mode.CANCELLED && !ahead.isReading());
        if (!allRead || !pages.all().isEmpty() || parking.size() > 0 || loads.total() > 0 || !sink.isEmpty()) {
            return;
        }
        marks.flush();
        String failure = ahead.failure();
        ProgressStore.ShardEnd end = failure != null
                ? ProgressStore.ShardEnd.FAILED
                : mode == Mode.CANCELLED && !pages.readToEnd()
                        ? ProgressStore.ShardEnd.CANCELLED
                        : ProgressStore.ShardEnd.COMPLETED;
        stages.at(Stage.BEFORE_SHARD_END);
        store.endShard(lease, end, failure);
        stages.at(Stage.SHARD_ENDED);
        leave();
    }

    /** A manifest says nothing of attempts; an heir must know of those that were made, and of what may have been accepted. */
    private void parkAttempted() {
        for (PageRun page : pages.all()) {
            for (Iterator<RowJourney> rows = page.idle().iterator(); rows.hasNext(); ) {
                RowJourney row = rows.next();
                if (row.attempts() > 0 || row.unknown()) {
                    rows.remove();
                    parking.park(row, page, TICK, false);
                }
            }
        }
    }

    /** With something in flight, or in doubt, the lease is left to run out: an heir must know that not all is known. */
    private void release() {
        if (!leftInFlight && !parking.leavesDoubt()) {
            stages.at(Stage.BEFORE_RELEASE);
            store.release(lease);
            stages.at(Stage.RELEASED);
        }
    }

    private void lost() {
        log.warn("{}: the lease was lost; another instance goes on", this);
        leave();
    }

    private void leave() {
        over = true;
        unsubscribe.forEach(Runnable::run);
        context.lanes().values().forEach(Lane::recheck);
        owner.shardLeft(this);
    }

    void trouble(@Nullable String reason) {
        trouble = reason;
        owner.trouble(this, reason);
    }

    @Override
    public String toString() {
        return "Shard[" + lease.fanOut() + ", " + lease.shard() + "]";
    }
}
