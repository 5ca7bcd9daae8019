package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.AudienceException;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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

    /** A longer wait is spent in the store. */
    static final long SHORT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Rows that are slow to end keep their pages open; beyond this many of them reading stops. */
    private static final int OPEN_PAGES_FACTOR = 4;

    /** Twice a page of rows is enough to keep lanes busy; more would only wait there. */
    private static final int FEED_FACTOR = 2;

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
    private final ShardMarks marks;
    private final @Nullable ShardSink sink;
    private final ShardReader reader;
    private final RequestIds ids;
    private final Map<Integer, PageRun> pages = new TreeMap<>();
    private final Parking parking;
    private final LaneLoads loads;
    private final List<Runnable> unsubscribe = new ArrayList<>();
    private final long leaseNanos;

    private volatile Mode mode;
    private volatile long trustedUntilNanos;
    private volatile boolean over;

    private @Nullable AudiencePage unopened;
    private @Nullable String failure;
    private @Nullable String trouble;
    private boolean reading;
    private boolean readToEnd;
    private boolean feedAgain = true;
    private boolean leftInFlight;
    private int nextPage;
    private long renewAtNanos;
    private boolean lookingAgain;
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
        lease = grant.lease();
        time = context.time();
        store = context.store();
        marks = new ShardMarks(store, lease);
        sink = context.handler()
                .sink()
                .map(host -> new ShardSink(host, context, this::tell, reason -> tell(() -> trouble(reason))))
                .orElse(null);
        reader = new ShardReader(context, grant.description(), grant.cursor(), new Reading());
        ids = new RequestIds(lease.fanOut(), lease.shard());
        restUntilNanos = grantedNanos;
        leaseNanos = context.settings().lease().toNanos();
        trust(grantedNanos);
        readToEnd = grant.readToEnd();
        nextPage = grant.nextPage();
        parking = new Parking(this, context, grant, marks, ids);
        loads = new LaneLoads(context.lanes().values(), grantedNanos);
        for (Lane lane : context.lanes().values()) {
            unsubscribe.add(lane.sender().onResume(() -> tell(parking::senderResumed)));
        }
    }

    void begin() {
        tell(() -> {
            grant.openPages().forEach(this::reopen);
            scheduleTick();
        });
    }

    // ---- asked by lanes, from their threads

    FanOutSpec spec() {
        return context.spec();
    }

    @Nullable
    Instant expiresAt() {
        return context.spec().expiresAt().orElse(null);
    }

    Mode mode() {
        return mode;
    }

    /** Whether the lease surely still holds: past that an heir may be at work. */
    boolean isTrusted() {
        return !over && time.nanoTime() - trustedUntilNanos < 0;
    }

    PushRequest render(AudienceRow row, RequestId id) {
        FanOutSpec spec = context.spec();
        return PushRequest.builder(row.target(), context.handler().render(spec.notification(), row))
                .id(id)
                .expiresAt(spec.expiresAt().orElse(null))
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
            feedAgain = true;
            context.lanes().values().forEach(Lane::recheck);
        });
    }

    // ---- what came of a row

    void takeBack(RowJourney row) {
        RowJourney.Back back = row.back();
        long now = time.nanoTime();
        row.rests(now);
        loads.left(row.lane());
        if (over) {
            return;
        }
        if (back instanceof RowJourney.Back.Ended ended) {
            loads.ended(row.lane(), now);
            ended(row, ended.result());
        } else if (back instanceof RowJourney.Back.Later later) {
            tryLater(row, later.delayNanos());
        } else if (back instanceof RowJourney.Back.Abandoned abandoned) {
            leftInFlight |= abandoned.inFlight();
        } else if (back instanceof RowJourney.Back.Given given) {
            if (given.why() == Journey.GivenBack.SENDER_PAUSED) {
                park(row, parking.untilProbe(row.lane()), true);
            } else if (given.withdrawn() && mode == Mode.RUNNING) {
                park(row, loads.untilDone(row.lane(), parking.size(), now), false);
            } else {
                hold(row);
            }
        }
    }

    /** A row has its result: it is marked at once, a parked one after the sink has taken it. */
    void ended(RowJourney row, SendResult result) {
        PageRun page = row.page();
        if (page == null) {
            sunk(row.row(), result, () -> parking.ended(row, result));
        } else {
            marks.add(new Mark.Ended(page.number(), PageRun.index(row.place()), result.kind()));
            page.marked(row);
            page.sinking(1);
            sunk(row.row(), result, () -> page.sinking(-1));
        }
    }

    private void sunk(AudienceRow row, SendResult result, Runnable then) {
        if (sink == null) {
            then.run();
        } else {
            sink.add(new RowResult(lease.fanOut(), lease.shard(), row.key(), row.target(), result), then);
        }
    }

    long nanoTime() {
        return time.nanoTime();
    }

    private void tryLater(RowJourney row, long delayNanos) {
        if (row.lastResponse() instanceof PushResponse.Unknown) {
            marks.possibleDuplicates(1);
        }
        if (delayNanos > SHORT_WAIT_NANOS) {
            park(row, Duration.ofNanos(delayNanos), false);
        } else {
            marks.afterFlush(() -> enterLater(row, delayNanos));
        }
    }

    /** Gives a row to its lane. */
    void enterLater(RowJourney row, long delayNanos) {
        entered(row);
        row.lane().enterLater(row, delayNanos);
    }

    private void park(RowJourney row, Duration delay, boolean forSender) {
        PageRun page = row.page();
        if (page == null) {
            parking.parkAgain(row, delay, forSender);
        } else if (!parking.isFull()) {
            parking.park(row, page, delay, forSender);
        } else if (forSender) {
            page.idle().add(row);
        } else {
            marks.afterFlush(() -> enterLater(row, delay.toNanos()));
        }
    }

    /** Not now: it waits in its page, or stays parked as it was. */
    private void hold(RowJourney row) {
        PageRun page = row.page();
        if (page == null) {
            parking.stays(row);
        } else {
            page.idle().add(row);
            feedAgain = true;
        }
    }

    // ---- pages

    /** A page that another owner has opened: what has no mark is sent again, what has one goes to the sink again. */
    private void reopen(OpenPage opened) {
        boolean atMostOnce = isAtMostOnce();
        PageRun page = new PageRun(opened.number(), opened.rows().size());
        pages.put(page.number(), page);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < opened.rows().size(); i++) {
            AudienceRow row = opened.rows().get(i);
            boolean repeated = !keys.add(row.key());
            SendResult.Kind kind = OpenPage.kind(opened.marks()[i]);
            if (kind != null) {
                page.sinking(1);
                sunk(row, SendResult.ofKind(kind), () -> page.sinking(-1));
            } else if (opened.marks()[i] == OpenPage.UNMARKED) {
                if (atMostOnce && opened.intents().get(i)) {
                    endUnsent(page, i, row, new SendResult.Unknown(1));
                } else {
                    join(page, i, row, repeated);
                    if (!grant.released()) {
                        marks.possibleDuplicates(1);
                    }
                }
            }
        }
    }

    private void open(AudiencePage read) {
        store.openPage(lease, nextPage, read.rows(), read.next());
        unopened = null;
        readToEnd = read.next() == null;
        PageRun page = new PageRun(nextPage, read.rows().size());
        pages.put(page.number(), page);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < read.rows().size(); i++) {
            AudienceRow row = read.rows().get(i);
            join(page, i, row, !keys.add(row.key()));
        }
        nextPage++;
    }

    /** Puts a row to its page, to be sent, unless it is a repetition or of a lane that the handler did not declare. */
    private void join(PageRun page, int index, AudienceRow row, boolean repeated) {
        Lane lane = context.lanes().get(LaneKey.of(row.target()));
        if (repeated) {
            endUnsent(page, index, row, new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE));
        } else if (lane == null) {
            String detail = "the handler has not declared " + LaneKey.of(row.target());
            endUnsent(page, index, row, new SendResult.Rejected(SendResult.Rejected.NO_LANE, detail));
        } else {
            long place = ParkedRow.id(page.number(), index);
            page.add(new RowJourney(this, lane, row, ids.of(row.key()), place, page, time.nanoTime(), 0, false));
        }
    }

    /** A row of a page ends without having been anywhere. */
    private void endUnsent(PageRun page, int index, AudienceRow row, SendResult result) {
        marks.add(new Mark.Ended(page.number(), index, result.kind()));
        page.sinking(1);
        sunk(row, result, () -> page.sinking(-1));
    }

    private boolean isAtMostOnce() {
        return context.spec().delivery() == FanOutSpec.Delivery.AT_MOST_ONCE;
    }

    private boolean mayRead() {
        if (reading || readToEnd || failure != null || mode != Mode.RUNNING || !isTrusted() || unopened != null) {
            return false;
        }
        int allowed = context.settings().openPages();
        if (parking.isFull() || pages.size() >= allowed * OPEN_PAGES_FACTOR) {
            return false;
        }
        return pages.values().stream().filter(PageRun::isBusy).count() < allowed;
    }

    // ---- the steps after each batch

    @Override
    protected void afterBatch() {
        if (over || time.nanoTime() - restUntilNanos < 0) {
            return;
        }
        try {
            if (mode == Mode.CANCELLED) {
                endIdle();
            } else if (feedAgain && mode == Mode.RUNNING) {
                feedAgain = false;
                pages.values().forEach(this::feed);
            }
            if (unopened != null && mode == Mode.RUNNING) {
                open(unopened);
                pages.values().forEach(this::feed);
            }
            if (marks.isFull() || pages.values().stream().anyMatch(PageRun::isMarked)) {
                marks.flush();
            }
            if (sink != null
                    && (sink.isFull() || pages.values().stream().anyMatch(page -> page.isMarked() && !page.isDone()))) {
                sink.pump();
            }
            closePages();
            if (mayRead()) {
                reading = true;
                reader.read();
            } else {
                feedStarving();
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
        log.warn("{}: the progress store failed and is asked again: {}", this, Traces.of(e));
        restUntilNanos = time.nanoTime() + TICK.toNanos();
        trouble("store: " + e.getClass().getName());
    }

    private void feed(PageRun page) {
        List<RowJourney> held = new ArrayList<>();
        Map<Lane, List<RowJourney>> byLane = new LinkedHashMap<>();
        boolean atMostOnce = isAtMostOnce();
        int room = atMostOnce ? Math.max(0, FEED_FACTOR * ShardMarks.MOST - loads.total()) : Integer.MAX_VALUE;
        List<RowJourney> fed = new ArrayList<>();
        while (!page.idle().isEmpty() && fed.size() < Math.min(room, atMostOnce ? ShardMarks.MOST : room)) {
            RowJourney row = page.idle().remove();
            if (parking.mustWait(row.lane()) && !parking.isFull()) {
                park(row, parking.untilProbe(row.lane()), true);
            } else if (parking.mustWait(row.lane())) {
                held.add(row);
            } else {
                fed.add(row);
                byLane.computeIfAbsent(row.lane(), lane -> new ArrayList<>()).add(row);
            }
        }
        feedAgain |= atMostOnce && !page.idle().isEmpty();
        page.idle().addAll(held);
        if (fed.isEmpty()) {
            return;
        }
        if (atMostOnce) {
            try {
                store.intend(lease, page.number(), PageRun.indexes(fed));
            } catch (RuntimeException e) {
                fed.forEach(page.idle()::addFirst);
                throw e;
            }
        }
        byLane.forEach((lane, rows) -> {
            rows.forEach(this::entered);
            lane.enterAll(rows);
        });
    }

    private void entered(RowJourney row) {
        row.leaves(time.nanoTime());
        loads.entered(row.lane());
    }

    /**
     * A slow lane's rows fill the open pages, and a fast one has none left: the slow one's waiting rows are parked, and those in flight
     * no longer hold up the reading. Only a lane that has had rows in these pages can be starved; one that simply has none is not.
     */
    private void feedStarving() {
        boolean stalled = pages.values().stream().filter(PageRun::isBusy).count()
                >= context.settings().openPages();
        if (!stalled || readToEnd || mode != Mode.RUNNING || parking.isFull()) {
            return;
        }
        if (loads.isStarved(time.nanoTime())) {
            pages.values().stream().filter(PageRun::isBusy).forEach(PageRun::leaveBehind);
            context.lanes().values().forEach(Lane::recheck);
        } else if (loads.isHungry() && !lookingAgain) {
            lookingAgain = true;
            time.schedule(() -> tell(() -> lookingAgain = false), LaneLoads.PATIENCE);
        }
    }

    private void endIdle() {
        for (PageRun page : pages.values()) {
            while (!page.idle().isEmpty()) {
                RowJourney row = page.idle().remove();
                ended(row, row.orUnknown(new SendResult.Cancelled()));
            }
        }
    }

    private void closePages() {
        if (pages.values().stream().noneMatch(PageRun::isDone)) {
            return;
        }
        marks.flush();
        for (PageRun page : List.copyOf(pages.values())) {
            if (page.isDone()) {
                store.closePage(lease, page.number());
                pages.remove(page.number());
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
        feedAgain = true;
        loads.tick(TICK);
        try {
            renewIfDue();
            marks.flush();
            if (sink != null) {
                sink.pump();
            }
            boolean cancelled = mode == Mode.CANCELLED;
            if (cancelled || (mode == Mode.RUNNING && isTrusted())) {
                parking.takeUp(
                        cancelled,
                        loads.total() < FEED_FACTOR * context.settings().pageSize());
            }
            if (parking.isFull()) {
                trouble("parked rows: the limit of " + context.settings().parkedLimit() + " is reached");
            } else if (trouble != null && (sink == null || sink.isEmpty()) && !reading) {
                trouble(null);
            }
        } catch (FencedException e) {
            lost();
        } catch (RuntimeException e) {
            storeFailed(e);
        }
    }

    private void renewIfDue() {
        long now = time.nanoTime();
        if (now - renewAtNanos >= 0) {
            store.renew(lease, context.settings().lease());
            trust(now);
        }
    }

    /** A sixth of the lease is left as margin for clocks that run apart and for the way to the provider. */
    private void trust(long askedNanos) {
        trustedUntilNanos = askedNanos + leaseNanos - leaseNanos / 6;
        renewAtNanos = askedNanos + leaseNanos / 3;
    }

    // ---- ends

    private void leaveIfDone() {
        if (mode == Mode.STOPPING) {
            if (loads.total() == 0 && (sink == null || sink.isEmpty())) {
                marks.flush();
                if (!leftInFlight) {
                    store.release(lease);
                }
                leave();
            }
            return;
        }
        boolean allRead = readToEnd || failure != null || mode == Mode.CANCELLED && !reading;
        if (!allRead
                || !pages.isEmpty()
                || parking.size() > 0
                || loads.total() > 0
                || (sink != null && !sink.isEmpty())) {
            return;
        }
        marks.flush();
        ProgressStore.ShardEnd end = failure != null
                ? ProgressStore.ShardEnd.FAILED
                : mode == Mode.CANCELLED && !readToEnd
                        ? ProgressStore.ShardEnd.CANCELLED
                        : ProgressStore.ShardEnd.COMPLETED;
        store.endShard(lease, end, failure);
        leave();
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

    private void trouble(@Nullable String reason) {
        trouble = reason;
        owner.trouble(this, reason);
    }

    @Override
    public String toString() {
        return "Shard[" + lease.fanOut() + ", " + lease.shard() + "]";
    }

    /** What the reader says, brought to the shard's own thread. */
    private final class Reading implements ShardReader.Listener {

        @Override
        public void pageRead(AudiencePage page) {
            tell(() -> {
                reading = false;
                if (mode != Mode.CANCELLED) {
                    unopened = page;
                }
            });
        }

        @Override
        public void readFailed(String reason) {
            tell(() -> trouble(reason));
        }

        @Override
        public void readEnded(AudienceException e) {
            tell(() -> {
                reading = false;
                failure = e.kind() + ": " + e.getMessage();
                log.error("{}: its audience cannot be read on: {}", ShardRun.this, failure);
            });
        }
    }
}
