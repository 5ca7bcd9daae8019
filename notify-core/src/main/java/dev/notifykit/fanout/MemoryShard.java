package dev.notifykit.fanout;

import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One shard in memory; guarded by its monitor. {@code unmarked} and the parked rows are counted on their own, never as a difference, so that
 * the law can be checked.
 */
final class MemoryShard {

    private static final SendResult.Kind[] KINDS = SendResult.Kind.values();

    private final FanOutId fanOut;
    private final int number;
    private final String description;

    private long grants;
    private @Nullable String fence;
    private long leaseEnd;
    private boolean released = true;

    private @Nullable String cursor;
    private boolean readToEnd;
    private int nextPage;
    private final TreeMap<Integer, Page> pages = new TreeMap<>();
    private final Map<Long, Waiting> parked = new HashMap<>();
    private final TreeSet<Waiting> byDue = new TreeSet<>();

    private long recipients;
    private long unmarked;
    private final long[] results = new long[KINDS.length];
    private long possibleDuplicates;
    private @Nullable ShardEnd end;
    private @Nullable String endReason;

    MemoryShard(FanOutId fanOut, int number, String description) {
        this.fanOut = fanOut;
        this.number = number;
        this.description = description;
    }

    /** A page that is open. */
    private static final class Page {

        final List<AudienceRow> rows;
        final byte[] marks;
        final BitSet intents = new BitSet();
        int unmarked;

        Page(List<AudienceRow> rows) {
            this.rows = rows;
            marks = new byte[rows.size()];
            unmarked = marks.length;
        }
    }

    /** A parked row and when it falls due. */
    private record Waiting(long due, ParkedRow row) implements Comparable<Waiting> {

        @Override
        public int compareTo(Waiting other) {
            int byDue = Long.compare(due, other.due);
            return byDue != 0 ? byDue : Long.compare(row.id(), other.row.id());
        }
    }

    /** Its counts at one moment. */
    record Snapshot(
            long recipients,
            Map<SendResult.Kind, Long> results,
            long open,
            long parked,
            boolean readToEnd,
            long possibleDuplicates,
            @Nullable ShardEnd end,
            @Nullable String endReason) {}

    int number() {
        return number;
    }

    synchronized Snapshot snapshot() {
        Map<SendResult.Kind, Long> counts = new EnumMap<>(SendResult.Kind.class);
        for (SendResult.Kind kind : KINDS) {
            if (count(kind) > 0) {
                counts.put(kind, count(kind));
            }
        }
        return new Snapshot(recipients, counts, unmarked, parked.size(), readToEnd, possibleDuplicates, end, endReason);
    }

    synchronized boolean isFree(long now) {
        return end == null && (fence == null || now >= leaseEnd);
    }

    synchronized Optional<ShardGrant> acquire(long now, long ttlNanos) {
        if (!isFree(now)) {
            return Optional.empty();
        }
        boolean inOrder = released;
        grants++;
        String granted = grants + "-" + UUID.randomUUID();
        fence = granted;
        leaseEnd = now + ttlNanos;
        released = false;
        List<OpenPage> open = new ArrayList<>();
        pages.forEach(
                (n, page) -> open.add(new OpenPage(n, page.rows, page.marks.clone(), (BitSet) page.intents.clone())));
        return Optional.of(new ShardGrant(
                new ShardLease(fanOut, number, granted),
                description,
                cursor,
                readToEnd,
                nextPage,
                open,
                parked.size(),
                inOrder));
    }

    synchronized void renew(ShardLease lease, long until) {
        check(lease);
        leaseEnd = until;
    }

    synchronized void release(ShardLease lease) {
        if (lease.fence().equals(fence)) {
            fence = null;
            released = true;
        }
    }

    synchronized void openPage(ShardLease lease, int page, List<AudienceRow> rows, @Nullable String next) {
        check(lease);
        if (page < nextPage) {
            return; // opened by an earlier call
        }
        if (page > nextPage || readToEnd || end != null) {
            throw new IllegalStateException("page " + page + " of " + this + " cannot be opened: the next is "
                    + (readToEnd || end != null ? "none" : String.valueOf(nextPage)));
        }
        pages.put(page, new Page(rows));
        recipients += rows.size();
        unmarked += rows.size();
        cursor = next;
        readToEnd = next == null;
        nextPage++;
    }

    synchronized void intend(ShardLease lease, int page, BitSet rows) {
        check(lease);
        Page open = openOrClosed(page);
        if (open != null) {
            if (!rows.isEmpty()) {
                requireIndex(open, rows.length() - 1, page);
            }
            open.intents.or(rows);
        }
    }

    synchronized void mark(ShardLease lease, List<Mark> marks, long now) {
        check(lease);
        for (Mark mark : marks) {
            validate(mark);
        }
        for (Mark mark : marks) {
            apply(mark, now);
        }
    }

    private void validate(Mark mark) {
        if (mark instanceof Mark.Ended ended) {
            requireIndex(openOrClosed(ended.page()), ended.index(), ended.page());
        } else if (mark instanceof Mark.Parked row) {
            requireIndex(openOrClosed(row.page()), row.index(), row.page());
        }
    }

    /** The old mark decides what changes, so that a mark that comes twice counts once; a closed page has had all of its marks. */
    private void apply(Mark mark, long now) {
        if (mark instanceof Mark.Ended ended) {
            Page page = pages.get(ended.page());
            if (page != null && take(page, ended.index(), OpenPage.code(ended.kind()))) {
                count(ended.kind(), 1);
            }
        } else if (mark instanceof Mark.Parked row) {
            Page page = pages.get(row.page());
            if (page != null && take(page, row.index(), OpenPage.PARKED)) {
                page.intents.clear(row.index());
                park(row.row(), now + row.delay().toNanos());
            }
        } else if (mark instanceof Mark.ParkedAgain again) {
            if (unpark(again.row().id())) {
                park(again.row(), now + again.delay().toNanos());
            }
        } else if (mark instanceof Mark.ParkedEnded ended) {
            if (unpark(ended.id())) {
                count(ended.kind(), 1);
            }
        }
    }

    private boolean take(Page page, int index, byte code) {
        if (page.marks[index] != OpenPage.UNMARKED) {
            return false;
        }
        page.marks[index] = code;
        page.unmarked--;
        unmarked--;
        return true;
    }

    private void park(ParkedRow row, long due) {
        Waiting waiting = new Waiting(due, row);
        parked.put(row.id(), waiting);
        byDue.add(waiting);
    }

    private boolean unpark(long id) {
        Waiting waiting = parked.remove(id);
        return waiting != null && byDue.remove(waiting);
    }

    synchronized void closePage(ShardLease lease, int page) {
        check(lease);
        Page open = openOrClosed(page);
        if (open == null) {
            return;
        }
        if (open.unmarked > 0) {
            throw new IllegalStateException(
                    "page " + page + " of " + this + " cannot be closed: " + open.unmarked + " rows are unmarked");
        }
        pages.remove(page);
    }

    synchronized List<ParkedRow> parked(ShardLease lease, long dueUntil, int limit) {
        check(lease);
        List<ParkedRow> rows = new ArrayList<>();
        for (Waiting waiting : byDue) {
            if (waiting.due > dueUntil || rows.size() >= limit) {
                break;
            }
            rows.add(waiting.row);
        }
        return rows;
    }

    synchronized void addPossibleDuplicates(ShardLease lease, long more) {
        check(lease);
        possibleDuplicates += more;
    }

    synchronized void end(ShardLease lease, ShardEnd how, @Nullable String reason) {
        check(lease);
        if (end != null) {
            return;
        }
        if (!pages.isEmpty() || !parked.isEmpty()) {
            throw new IllegalStateException(this + " cannot end: " + pages.size() + " pages are open and "
                    + parked.size() + " rows are parked");
        }
        end = how;
        endReason = reason;
    }

    /** Null when the page was closed before. */
    private @Nullable Page openOrClosed(int page) {
        if (page < 0 || page >= nextPage) {
            throw new IllegalStateException("page " + page + " of " + this + " was never opened");
        }
        return pages.get(page);
    }

    private static void requireIndex(@Nullable Page page, int index, int number) {
        if (page != null && (index < 0 || index >= page.marks.length)) {
            throw new IllegalArgumentException(
                    "page " + number + " has " + page.marks.length + " rows, none with index " + index);
        }
    }

    private void check(ShardLease lease) {
        if (!lease.fence().equals(fence)) {
            throw new FencedException(lease);
        }
    }

    @SuppressWarnings("EnumOrdinal") // an array in memory
    private long count(SendResult.Kind kind) {
        return results[kind.ordinal()];
    }

    @SuppressWarnings("EnumOrdinal") // an array in memory
    private void count(SendResult.Kind kind, long more) {
        results[kind.ordinal()] += more;
    }

    @Override
    public String toString() {
        return "shard " + number + " of fan-out " + fanOut;
    }
}
