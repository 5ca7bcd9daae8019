package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The open pages of a shard, oldest first. Belongs to the shard's actor. */
final class OpenPages {

    /** Rows that are slow to end keep their pages open; beyond this many times the setting reading stops in any case. */
    private static final int MOST_FACTOR = 4;

    private final ShardRun run;
    private final ShardContext context;
    private final ShardLease lease;
    private final ShardMarks marks;
    private final RequestIds ids;
    private final boolean atMostOnce;
    private final Map<Integer, PageRun> pages = new TreeMap<>();
    private int nextNumber;
    private boolean readToEnd;

    OpenPages(ShardRun run, ShardContext context, ShardGrant grant, ShardMarks marks, RequestIds ids) {
        this.run = run;
        this.context = context;
        this.marks = marks;
        this.ids = ids;
        lease = grant.lease();
        atMostOnce = context.spec().delivery() == FanOutSpec.Delivery.AT_MOST_ONCE;
        nextNumber = grant.nextPage();
        readToEnd = grant.readToEnd();
    }

    Collection<PageRun> all() {
        return pages.values();
    }

    boolean readToEnd() {
        return readToEnd;
    }

    /** Whether another page may be opened. */
    boolean haveRoom() {
        int allowed = context.settings().openPages();
        int busy = 0;
        for (PageRun page : pages.values()) { // no stream, here and below: it is asked after every batch
            busy += page.isBusy() ? 1 : 0;
        }
        return pages.size() < allowed * MOST_FACTOR && busy < allowed;
    }

    /** Whether a page has had its last mark, and that is not in the store. */
    boolean anyUnsaved() {
        for (PageRun page : pages.values()) {
            if (page.isUnsaved()) {
                return true;
            }
        }
        return false;
    }

    /** All marks have been saved. */
    void allSaved() {
        pages.values().forEach(PageRun::saved);
    }

    /** Whether the sink is all that a page waits for. */
    boolean anyWaitsForSink() {
        for (PageRun page : pages.values()) {
            if (page.waitsForSink()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A page that another owner has opened: what has no mark is sent again, what has one goes to the sink again. Unless the owner gave the
     * shard back in order, a row without a mark may have been accepted; at most once, one without an intent was not.
     */
    void reopen(OpenPage opened, boolean released) {
        PageRun page = add(opened.number(), opened.rows().size());
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < opened.rows().size(); i++) {
            AudienceRow row = opened.rows().get(i);
            boolean repeated = !keys.add(row.key());
            SendResult.Kind kind = OpenPage.kind(opened.marks()[i]);
            if (kind != null) {
                run.toSink(page, row, SendResult.ofKind(kind));
            } else if (opened.marks()[i] == OpenPage.UNMARKED) {
                if (atMostOnce && !released && opened.intents().get(i)) {
                    endUnsent(page, i, row, new SendResult.Unknown(1));
                } else {
                    boolean inDoubt = !released && !atMostOnce;
                    join(page, i, row, repeated, inDoubt);
                    marks.possibleDuplicates(inDoubt ? 1 : 0);
                }
            }
        }
    }

    /** Saves a page's manifest; only then its rows may be sent. */
    void open(AudiencePage read) {
        context.store().openPage(lease, nextNumber, read.rows(), read.next());
        context.stages().at(Stage.PAGE_OPENED);
        readToEnd = read.next() == null;
        PageRun page = add(nextNumber, read.rows().size());
        Set<String> keys = new HashSet<>(2 * read.rows().size());
        for (int i = 0; i < read.rows().size(); i++) {
            AudienceRow row = read.rows().get(i);
            join(page, i, row, !keys.add(row.key()), false);
        }
        nextNumber++;
    }

    private PageRun add(int number, int size) {
        PageRun page = new PageRun(number, size);
        pages.put(number, page);
        return page;
    }

    /** Puts a row to its page, to be sent, unless it is a repetition or of a lane that the handler did not declare. */
    private void join(PageRun page, int index, AudienceRow row, boolean repeated, boolean unknown) {
        Lane lane = context.lanes().get(LaneKey.of(row.target()));
        if (repeated) {
            endUnsent(page, index, row, new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE));
        } else if (lane == null) {
            String detail = "the handler has not declared " + LaneKey.of(row.target());
            endUnsent(page, index, row, new SendResult.Rejected(SendResult.Rejected.NO_LANE, detail));
        } else {
            long place = ParkedRow.id(page.number(), index);
            long now = context.time().nanoTime();
            page.add(new RowJourney(run, lane, row, ids.of(row.key()), place, page, now, 0, unknown));
        }
    }

    /** A row of a page ends without having been anywhere. */
    private void endUnsent(PageRun page, int index, AudienceRow row, SendResult result) {
        marks.add(new Mark.Ended(page.number(), index, result.kind()));
        run.toSink(page, row, result);
    }

    /** Closes pages of which everything is in the store and with the sink. */
    void closeDone() {
        for (Iterator<PageRun> all = pages.values().iterator(); all.hasNext(); ) {
            PageRun page = all.next();
            if (page.isDone()) {
                context.stages().at(Stage.BEFORE_CHECKPOINT);
                context.store().closePage(lease, page.number());
                context.stages().at(Stage.CHECKPOINTED);
                all.remove();
            }
        }
    }
}
