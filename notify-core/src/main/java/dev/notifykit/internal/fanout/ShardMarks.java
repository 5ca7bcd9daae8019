package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be noted of a shard's rows and is not yet in the store. Nothing of it is lost when the store fails: the same marks go there
 * again, which changes nothing more. Belongs to its shard's actor.
 */
final class ShardMarks {

    /** At the latest so many results are noted at once: what a crash may send twice is bounded by it. */
    static final int MOST = 200;

    private final ProgressStore store;
    private final ShardLease lease;
    private final StageProbe stages;
    private final @Nullable Burial burial;
    private final List<DeadLetter> letters = new ArrayList<>();
    private final List<Runnable> afterFlush = new ArrayList<>();
    private List<Mark> marks = new ArrayList<>();
    private boolean anyEnds;
    private boolean anyParks;
    private long possibleDuplicates;

    ShardMarks(ShardContext context, ShardLease lease) {
        store = context.store();
        this.lease = lease;
        stages = context.stages();
        burial = context.burial();
    }

    /** A row was given up: its letter is in the store before its mark is. */
    void bury(Supplier<DeadLetter> letter) {
        if (burial != null) {
            letters.add(letter.get());
        }
    }

    void add(Mark mark) {
        marks.add(mark);
        boolean ends = mark instanceof Mark.Ended || mark instanceof Mark.ParkedEnded;
        anyEnds |= ends;
        anyParks |= !ends;
    }

    /** Duplicates that may come of what happens after the next flush. */
    void possibleDuplicates(long more) {
        possibleDuplicates += more;
    }

    /** Runs once all that is here now is in the store. */
    void afterFlush(Runnable action) {
        afterFlush.add(action);
    }

    boolean isFull() {
        return marks.size() >= MOST;
    }

    /** Whether attempts must wait until what they may repeat is counted. */
    boolean mustFlushFirst() {
        return possibleDuplicates > 0;
    }

    void flush() {
        if (possibleDuplicates > 0) {
            store.addPossibleDuplicates(lease, possibleDuplicates);
            stages.at(Stage.DUPLICATES_COUNTED);
            possibleDuplicates = 0;
        }
        if (burial != null) {
            burial.bury(letters);
        }
        if (!marks.isEmpty()) {
            save();
        }
        if (!afterFlush.isEmpty()) {
            List<Runnable> actions = List.copyOf(afterFlush);
            afterFlush.clear();
            actions.forEach(Runnable::run);
        }
    }

    private void save() {
        if (anyParks) {
            stages.at(Stage.BEFORE_PARK);
        }
        if (anyEnds) {
            stages.at(Stage.BEFORE_MARK);
        }
        store.mark(lease, marks);
        if (anyParks) {
            stages.at(Stage.PARKED);
        }
        if (anyEnds) {
            stages.at(Stage.MARKED);
        }
        marks = new ArrayList<>();
        anyEnds = false;
        anyParks = false;
    }
}
