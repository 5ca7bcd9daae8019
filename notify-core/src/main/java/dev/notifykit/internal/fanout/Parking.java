package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.result.SendResult;
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

    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ShardRun run;
    private final ShardContext context;
    private final ShardLease lease;
    private final ShardMarks marks;
    private final RequestIds ids;
    private final boolean atMostOnce;
    private final Map<Long, RowJourney> here = new HashMap<>();
    private int size;
    private boolean senderResumed;

    Parking(ShardRun run, ShardContext context, ShardGrant grant, ShardMarks marks, RequestIds ids) {
        this.run = run;
        this.context = context;
        this.marks = marks;
        this.ids = ids;
        lease = grant.lease();
        size = grant.parked();
        atMostOnce = context.spec().delivery() == FanOutSpec.Delivery.AT_MOST_ONCE;
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

    /** Parks a row of an open page; there is room for it. */
    void park(RowJourney row, PageRun page, Duration delay, boolean forSender) {
        marks.add(new Mark.Parked(page.number(), PageRun.index(row.place()), copy(row, delay, forSender), delay));
        page.marked(row);
        size++;
    }

    /** A parked row waits on. */
    void parkAgain(RowJourney row, Duration delay, boolean forSender) {
        marks.add(new Mark.ParkedAgain(copy(row, delay, forSender), delay));
        marks.afterFlush(() -> here.remove(row.place()));
    }

    /** What is waited for its sender does not count against the row. */
    private ParkedRow copy(RowJourney row, Duration delay, boolean forSender) {
        Duration spent = Duration.ofNanos(context.time().nanoTime() - row.startNanos());
        return new ParkedRow(
                row.place(),
                row.row(),
                row.attempts(),
                row.unknown(),
                forSender ? spent : spent.plus(delay),
                forSender);
    }

    /** A parked row was not attempted, and stays parked as it was. */
    void stays(RowJourney row) {
        if (row.attempted() || atMostOnce) {
            parkAgain(row, ShardRun.TICK, false);
        } else {
            here.remove(row.place());
        }
    }

    /** A parked row has a result, and the sink has it. */
    void ended(RowJourney row, SendResult result) {
        marks.add(new Mark.ParkedEnded(row.place(), result.kind()));
        marks.afterFlush(() -> here.remove(row.place()));
        size--;
    }

    /** Takes up what may go on, as far as the lanes have room for it. All marks have been saved. */
    void takeUp(boolean cancelled, boolean room) {
        if (size <= here.size() || !room) {
            return;
        }
        boolean all = senderResumed || cancelled;
        senderResumed = false;
        int limit = all ? size : here.size() + context.settings().pageSize();
        Set<Lane> probed = new HashSet<>();
        for (ParkedRow copy : context.store().parked(lease, all, limit)) {
            Lane lane = context.lanes().get(LaneKey.of(copy.row().target()));
            boolean mayGo = !all || cancelled || copy.forSender();
            if (lane != null && mayGo && !here.containsKey(copy.id())) {
                takeUp(copy, lane, cancelled, probed);
            }
        }
    }

    private void takeUp(ParkedRow copy, Lane lane, boolean cancelled, Set<Lane> probed) {
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
                copy.unknown());
        row.rests(now);
        here.put(copy.id(), row);
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

    /** What stands for an intent with a parked row: until its answer it counts as perhaps accepted. */
    private void intend(ParkedRow copy, RowJourney row) {
        ParkedRow intended =
                new ParkedRow(copy.id(), copy.row(), copy.attempts() + 1, true, copy.spent(), copy.forSender());
        marks.add(new Mark.ParkedAgain(intended, Duration.ZERO));
        marks.afterFlush(() -> run.enterLater(row, 0));
    }
}
