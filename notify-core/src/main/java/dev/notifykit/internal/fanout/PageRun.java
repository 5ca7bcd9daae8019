package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.ParkedRow;
import java.util.ArrayDeque;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** An open page in work. Belongs to its shard's actor. */
final class PageRun {

    private final int number;
    private final @Nullable RowJourney[] rows;
    private final ArrayDeque<RowJourney> idle = new ArrayDeque<>();
    private int remaining;
    private int unsunk;
    private boolean leftBehind;
    private boolean saved;

    PageRun(int number, int size) {
        this.number = number;
        rows = new @Nullable RowJourney[size];
    }

    int number() {
        return number;
    }

    /** A row that is to be done. */
    void add(RowJourney row) {
        rows[index(row.place())] = row;
        idle.add(row);
        remaining++;
    }

    /** Rows that no lane has at the moment. */
    ArrayDeque<RowJourney> idle() {
        return idle;
    }

    /** The row has a mark: it ended, or is parked. */
    void marked(RowJourney row) {
        rows[index(row.place())] = null;
        remaining--;
    }

    /** Results on their way to the sink: more, or fewer. */
    void sinking(int results) {
        unsunk += results;
    }

    boolean isUnsaved() {
        return remaining == 0 && !saved;
    }

    /** The store has every mark that was made so far. */
    void saved() {
        saved = remaining == 0;
    }

    boolean waitsForSink() {
        return remaining == 0 && unsunk > 0;
    }

    boolean isDone() {
        return saved && unsunk == 0;
    }

    /** Whether more than a tenth is left: a few slow rows do not hold up the next page. */
    boolean isBusy() {
        return !leftBehind && remaining * 10 > rows.length;
    }

    /** Asks for every row that still waits for its turn; the page no longer counts as busy. */
    void leaveBehind() {
        leftBehind = true;
        for (RowJourney row : rows) {
            if (row != null) {
                row.withdraw();
            }
        }
    }

    /** The indexes of rows of one page. */
    static BitSet indexes(Iterable<RowJourney> rows) {
        BitSet set = new BitSet();
        for (RowJourney row : rows) {
            set.set(index(row.place()));
        }
        return set;
    }

    /** A row's index in its page, from its place in the shard. */
    static int index(long place) {
        return (int) (place & (1 << ParkedRow.ROW_BITS) - 1);
    }
}
