package dev.notifykit.testkit.internal.journal;

import dev.notifykit.testkit.journal.Journal;
import dev.notifykit.testkit.journal.JournalEntry;
import dev.notifykit.testkit.journal.JournalSummary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The journal that a simulator writes; striped, so that event loops seldom meet. */
public final class JournalBook implements Journal {
    private static final int STRIPES = 16;

    private final IdTable[] stripes = new IdTable[STRIPES];
    private final LongAdder accepted = new LongAdder();
    private final LongAdder distinct = new LongAdder();
    private final LongAdder withoutId = new LongAdder();
    private final LongAdder dryRuns = new LongAdder();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();

    /** An empty journal. */
    public JournalBook() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new IdTable();
        }
    }

    /** Writes down an accepted message. */
    public void accept(@Nullable String id, String token) {
        accepted.increment();
        if (id == null) {
            withoutId.increment();
            return;
        }
        RequestKey key = RequestKey.of(id);
        if (stripe(key).add(key, id, token)) {
            distinct.increment();
        }
    }

    /** Counts an accepted dry run. */
    public void acceptDryRun() {
        dryRuns.increment();
    }

    /** Counts an answer that was no success. */
    public void reject(String reason) {
        rejected.computeIfAbsent(reason, unused -> new LongAdder()).increment();
    }

    @Override
    public int count(String id) {
        RequestKey key = RequestKey.of(id);
        return stripe(key).count(key);
    }

    @Override
    public long accepted() {
        return accepted.sum();
    }

    @Override
    public long distinctIds() {
        return distinct.sum();
    }

    @Override
    public long duplicates() {
        // Read in this order, a message that comes in between makes the difference too small, never negative.
        long first = distinct.sum();
        long anonymous = withoutId.sum();
        return Math.max(0, accepted.sum() - anonymous - first);
    }

    @Override
    public JournalSummary summary() {
        Map<String, Long> reasons = rejected.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().sum()));
        return new JournalSummary(accepted(), distinctIds(), duplicates(), withoutId.sum(), dryRuns.sum(), reasons);
    }

    @Override
    public void forEach(Consumer<JournalEntry> consumer) {
        for (IdTable stripe : stripes) {
            stripe.entries().forEach(consumer);
        }
    }

    private IdTable stripe(RequestKey key) {
        return stripes[(int) Mix.mix64(key.high() ^ key.low()) & (STRIPES - 1)];
    }
}
