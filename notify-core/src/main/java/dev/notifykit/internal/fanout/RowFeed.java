package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.testing.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hands the rows of a shard to their lanes, and sees to it that no lane starves because another has too much to do. Belongs to the shard's actor. */
final class RowFeed {

    /** At most once, so many rows may be announced and without a result: what a crash leaves unknown is bounded by it. */
    private static final int MOST_ANNOUNCED = 2 * ShardMarks.MOST;

    private final ShardRun run;
    private final ShardContext context;
    private final ShardLease lease;
    private final OpenPages pages;
    private final Parking parking;
    private final LaneLoads loads;
    private final boolean atMostOnce;
    private boolean again = true;
    private boolean lookingAgain;

    RowFeed(ShardRun run, ShardContext context, ShardLease lease, OpenPages pages, Parking parking, LaneLoads loads) {
        this.run = run;
        this.context = context;
        this.lease = lease;
        this.pages = pages;
        this.parking = parking;
        this.loads = loads;
        atMostOnce = context.spec().delivery() == FanOutSpec.Delivery.AT_MOST_ONCE;
    }

    /** There may be rows that no lane has. */
    void again() {
        again = true;
    }

    /** Hands over what may go, if there may be any. */
    void feed() {
        if (again) {
            again = false;
            pages.all().forEach(this::feed);
        }
    }

    private void feed(PageRun page) {
        List<RowJourney> held = new ArrayList<>();
        Map<Lane, List<RowJourney>> byLane = new LinkedHashMap<>();
        int most = atMostOnce ? Math.min(ShardMarks.MOST, MOST_ANNOUNCED - loads.total()) : Integer.MAX_VALUE;
        List<RowJourney> fed = new ArrayList<>();
        Lane lane = null;
        List<RowJourney> ofLane = List.of();
        while (!page.idle().isEmpty() && fed.size() < most) {
            RowJourney row = page.idle().remove();
            if (parking.mustWait(row.lane()) && !parking.isFull()) {
                parking.park(row, page, parking.untilProbe(row.lane()), true);
            } else if (parking.mustWait(row.lane())) {
                held.add(row);
            } else {
                fed.add(row);
                if (lane != row.lane()) { // rows come in runs of one lane
                    lane = row.lane();
                    ofLane = byLane.computeIfAbsent(lane, first -> new ArrayList<>());
                }
                ofLane.add(row);
            }
        }
        again |= atMostOnce && !page.idle().isEmpty();
        page.idle().addAll(held);
        if (fed.isEmpty()) {
            return;
        }
        if (atMostOnce) {
            try {
                context.store().intend(lease, page.number(), PageRun.indexes(fed));
                context.stages().at(Stage.INTENTS_SAVED);
            } catch (RuntimeException e) {
                fed.forEach(page.idle()::addFirst);
                throw e;
            }
        }
        byLane.forEach((to, rows) -> {
            rows.forEach(this::entered);
            to.enterAll(rows);
        });
    }

    /** Hands over a single row. */
    void feed(RowJourney row, long delayNanos) {
        entered(row);
        row.lane().enterLater(row, delayNanos);
    }

    private void entered(RowJourney row) {
        row.leaves(context.time().nanoTime());
        loads.entered(row.lane());
    }

    /**
     * A slow lane's rows fill the open pages, and a fast one has none left: the slow one's waiting rows are parked, and those in flight
     * no longer hold up the reading. Only a lane that has had rows in these pages can be starved; one that simply has none is not.
     */
    void feedStarving() {
        if (pages.haveRoom() || pages.readToEnd() || run.mode() != ShardRun.Mode.RUNNING || parking.isFull()) {
            return;
        }
        if (loads.isStarved(context.time().nanoTime())) {
            pages.all().stream().filter(PageRun::isBusy).forEach(PageRun::leaveBehind);
            context.lanes().values().forEach(Lane::recheck);
        } else if (loads.isHungry() && !lookingAgain) {
            lookingAgain = true;
            context.time().schedule(() -> run.tell(() -> lookingAgain = false), LaneLoads.PATIENCE);
        }
    }
}
