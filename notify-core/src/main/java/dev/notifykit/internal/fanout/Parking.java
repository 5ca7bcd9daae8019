package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The rows of a shard that wait in the store. A row that has come back stays parked there until it has a result, so that a crash
 * finds it again. Belongs to the shard's actor.
 */
final class Parking {

    /** How long a row waits for a sender that the host has paused before it is looked at again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** So many pages of rows keep lanes busy; more would only wait there. */
    private static final int FEED_PAGES = 2;

    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ShardRun run;
    private final ShardContext context;
    private final ShardLease lease;
    private final ShardMarks marks;
    private final RequestIds ids;
    private final boolean atMostOnce;
    private final int pagesInDoubt;
    private final Set<Long> here = new HashSet<>();
    private final Map<Lane, Integer> forRoom = new HashMap<>();
    private int size;
    private boolean senderResumed;
    private boolean inherited;

    Parking(ShardRun run, ShardContext context, ShardGrant grant, ShardMarks marks, RequestIds ids) {
        this.run = run;
        this.context = context;
        this.marks = marks;
        this.ids = ids;
        lease = grant.lease();
        size = grant.parked();
        inherited = size > 0;
        atMostOnce = context.spec().delivery() == FanOutSpec.Delivery.AT_MOST_ONCE;
        pagesInDoubt = grant.released() || atMostOnce ? 0 : grant.nextPage();
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= context.settings().parkedLimit();
    }

    /** Rows that wait for a sender may come back at once. */
    void senderResumed() {
        senderResumed = true;
    }

    /** Until a row of this lane is worth another look while its sender is paused. */
    Duration untilProbe(Lane lane) {
        long nanos = lane.sender().untilProbe(context.time().nanoTime());
        return nanos == Long.MAX_VALUE ? LOOK_AGAIN : Duration.ofNanos(Math.max(nanos, SHORTEST_NANOS));
    }

    /** Whether rows of this lane need not be tried now. */
    boolean mustWait(Lane lane) {
        return lane.sender().pausedFor() != null
                && lane.sender().untilProbe(context.time().nanoTime()) > 0;
    }

    /** Parks a row of an open page until its lane has room, or for so long at most. */
    void parkForRoom(RowJourney row, PageRun page, Duration delay) {
        park(row, page, delay, true);
        forRoom.merge(row.lane(), 1, Integer::sum);
    }

    /** Parks a row of an open page; there is place for it. */
    void park(RowJourney row, PageRun page, Duration delay, boolean forLane) {
        marks.add(new Mark.Parked(page.number(), PageRun.index(row.place()), copy(row, delay, forLane), delay));
        page.marked(row);
        size++;
    }

    /** A parked row waits on. */
    void parkAgain(RowJourney row, Duration delay, boolean forLane) {
        marks.add(new Mark.ParkedAgain(copy(row, delay, forLane), delay));
        marks.afterFlush(() -> here.remove(row.place()));
    }

    /** What is waited for its lane does not count against the row. */
    private ParkedRow copy(RowJourney row, Duration delay, boolean forLane) {
        Duration spent = Duration.ofNanos(context.time().nanoTime() - row.startNanos());
        return new ParkedRow(
                row.place(), row.row(), row.attempts(), row.unknown(), forLane ? spent : spent.plus(delay), forLane);
    }

    /** A parked row was not attempted, and stays parked as it was. */
    void stays(RowJourney row) {
        if (row.attempted() || row.unknown() || atMostOnce) {
            parkAgain(row, ShardRun.TICK, false);
        } else {
            here.remove(row.place());
        }
    }

    /** A parked row has a result, and the sink has it. */
    void ended(long id, SendResult result) {
        marks.add(new Mark.ParkedEnded(id, result.kind()));
        marks.afterFlush(() -> here.remove(id));
        size--;
    }

    /** Takes up what is due, and what waits for a lane that has changed. All marks have been saved. */
    void takeUp(boolean cancelled, LaneLoads loads) {
        if (size <= here.size()) {
            return;
        }
        countInherited();
        int page = context.settings().pageSize();
        boolean resumed = senderResumed;
        Set<LaneKey> roomy = roomy(loads);
        Set<Lane> probed = new HashSet<>();
        if (cancelled || resumed || !roomy.isEmpty()) {
            int limit = cancelled || resumed ? size : here.size() + 2 * page;
            for (ParkedRow copy : context.store().parked(lease, true, limit)) {
                LaneKey key = LaneKey.of(copy.row().target());
                if (cancelled || (copy.forLane() && (resumed || roomy.contains(key)))) {
                    takeUp(copy, cancelled, probed);
                }
            }
            // Only now: a store that failed is asked again.
            senderResumed = false;
        }
        if (!cancelled && loads.total() < FEED_PAGES * page) {
            for (ParkedRow copy : context.store().parked(lease, false, here.size() + page)) {
                takeUp(copy, false, probed);
            }
        }
    }

    /** What an owner before has parked for want of room may come as soon as there is room here. */
    private void countInherited() {
        if (!inherited) {
            return;
        }
        for (ParkedRow copy : context.store().parked(lease, true, size)) {
            Lane lane = context.lanes().get(LaneKey.of(copy.row().target()));
            if (lane != null && copy.forLane()) {
                forRoom.merge(lane, 1, Integer::sum);
            }
        }
        inherited = false;
    }

    /** The lanes that will soon have nothing to do, although rows were parked because they had too much. */
    private Set<LaneKey> roomy(LaneLoads loads) {
        Set<LaneKey> roomy = new HashSet<>();
        for (Lane lane : forRoom.keySet()) {
            if (loads.hasRoom(lane, context.settings().pageSize() / 4 + 1)
                    && lane.sender().pausedFor() == null) {
                roomy.add(lane.key());
            }
        }
        return roomy;
    }

    private void takeUp(ParkedRow copy, boolean cancelled, Set<Lane> probed) {
        if (here.contains(copy.id())) {
            return;
        }
        context.stages().at(Stage.TAKEN_UP);
        here.add(copy.id());
        Lane lane = context.lanes().get(LaneKey.of(copy.row().target()));
        if (lane == null) {
            // The handler declared it when the row was parked, and no longer does.
            SendResult end = unknown(copy)
                    ? new SendResult.Unknown(Math.max(1, copy.attempts()))
                    : new SendResult.Rejected(SendResult.Rejected.NO_LANE, "the handler no longer declares its lane");
            run.toSink(copy.row(), end, () -> ended(copy.id(), end));
            return;
        }
        forRoom.computeIfPresent(lane, (known, rows) -> rows > 1 ? rows - 1 : null);
        long now = context.time().nanoTime();
        long start = now - copy.spent().toNanos();
        RowJourney row = new RowJourney(
                run,
                lane,
                copy.row(),
                ids.of(copy.row().key()),
                copy.id(),
                null,
                start,
                copy.attempts(),
                unknown(copy));
        row.rests(now);
        if (atMostOnce && copy.unknown()) {
            run.ended(row, new SendResult.Unknown(copy.attempts()));
        } else if (cancelled) {
            run.ended(row, row.orUnknown(new SendResult.Cancelled()));
        } else if (lane.sender().pausedFor() != null && (mustWait(lane) || !probed.add(lane))) {
            parkAgain(row, untilProbe(lane), true);
        } else if (atMostOnce) {
            intend(copy, row);
        } else {
            run.enterLater(row, 0);
        }
    }

    /**
     * Whether it may have been accepted. At least once, nobody knows which parked rows an owner that has vanished had sent; those of
     * pages that were opened since are our own.
     */
    private boolean unknown(ParkedRow copy) {
        return copy.unknown() || copy.id() < ParkedRow.id(pagesInDoubt, 0);
    }

    /** Whether rows are parked of which an owner before may have sent some, and nothing in the store says so of the row. */
    boolean leavesDoubt() {
        return pagesInDoubt > 0
                && context.store().parked(lease, true, size).stream()
                        .anyMatch(copy -> unknown(copy) && !copy.unknown());
    }

    /** What stands for an intent with a parked row: until its answer it counts as perhaps accepted. */
    private void intend(ParkedRow copy, RowJourney row) {
        ParkedRow intended =
                new ParkedRow(copy.id(), copy.row(), copy.attempts() + 1, true, copy.spent(), copy.forLane());
        marks.add(new Mark.ParkedAgain(intended, Duration.ZERO));
        marks.afterFlush(() -> run.enterLater(row, 0));
    }
}
