package dev.notifykit.examples;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The books of one campaign, token by token: on how many rows of the file it stands, what became of them, and under how many request
 * ids the vendors' journals hold it. A token costs 18 bytes, so that a million fit in a small heap: they are told apart by 64 bits of
 * hash, and a count that reaches 65,535 stays there. Thread-safe.
 */
final class Ledger implements ResultSink {

    private enum Column {
        ROWS,
        RESULTS,
        ACCEPTED,
        UNKNOWN,
        IDS
    }

    private long[] tokens = new long[1 << 12];
    private final Map<Column, char[]> counts = new EnumMap<>(Column.class);
    private int size;
    private long rows;
    private final Map<String, Map<SendResult.Kind, Long>> kinds = new TreeMap<>();
    private final Map<String, Long> failures = new TreeMap<>();

    Ledger() {
        for (Column column : Column.values()) {
            counts.put(column, new char[tokens.length]);
        }
    }

    /** Notes a row of the file, before anything is sent. */
    synchronized void expect(Target target) {
        rows++;
        add(Column.ROWS, hash(target.provider(), target.address()));
    }

    /** Notes how rows ended. */
    @Override
    public synchronized void accept(List<RowResult> results) {
        for (RowResult row : results) {
            ProviderId provider = row.target().provider();
            SendResult.Kind kind = row.result().kind();
            long token = hash(provider, row.target().address());
            add(Column.RESULTS, token);
            if (kind == SendResult.Kind.ACCEPTED) {
                add(Column.ACCEPTED, token);
            } else if (kind == SendResult.Kind.UNKNOWN) {
                add(Column.UNKNOWN, token);
            }
            kinds.computeIfAbsent(provider.value(), unused -> new EnumMap<>(SendResult.Kind.class))
                    .merge(kind, 1L, Long::sum);
            noteFailure(row.result());
        }
    }

    private void noteFailure(SendResult result) {
        if (result instanceof SendResult.Rejected rejected) {
            failures.merge("rejected: " + rejected.reason(), 1L, Long::sum);
        } else if (result instanceof SendResult.DeadLettered letter) {
            failures.merge("dead-lettered: " + letter.why() + " after " + letter.lastResponse(), 1L, Long::sum);
        }
    }

    /** Notes one request id that a vendor accepted, by the token it went to. */
    synchronized void journaled(ProviderId provider, String token) {
        add(Column.IDS, hash(provider, token));
    }

    /** How many rows the file has. */
    synchronized long rows() {
        return rows;
    }

    /** The vendors that results came from. */
    synchronized List<String> providers() {
        return new ArrayList<>(kinds.keySet());
    }

    /** How many rows of one vendor ended in one way. */
    synchronized long count(String provider, SendResult.Kind kind) {
        return kinds.getOrDefault(provider, Map.of()).getOrDefault(kind, 0L);
    }

    /** How many rows ended in one way. */
    synchronized long count(SendResult.Kind kind) {
        return kinds.keySet().stream().mapToLong(p -> count(p, kind)).sum();
    }

    /** Rows for an app and a vendor that this program has no account for. */
    synchronized long withoutLane() {
        return failures.getOrDefault("rejected: " + SendResult.Rejected.NO_LANE, 0L);
    }

    /** Why rows were given up, and how many. */
    synchronized Map<String, Long> failures() {
        return Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    /** Rows that have no result. */
    synchronized long withoutResult() {
        return sum(slot -> count(Column.ROWS, slot) - count(Column.RESULTS, slot));
    }

    /** Results beyond one for each row. */
    synchronized long surplusResults() {
        return sum(slot -> count(Column.RESULTS, slot) - count(Column.ROWS, slot));
    }

    /** Rows that ended accepted, and no journal knows of it. */
    synchronized long acceptedUnseen() {
        return sum(slot -> count(Column.ACCEPTED, slot) - count(Column.IDS, slot));
    }

    /** Journaled ids for which there is no row that ended accepted or unknown, or has not ended. */
    synchronized long unexplainedIds() {
        return sum(slot -> count(Column.IDS, slot)
                - count(Column.ACCEPTED, slot)
                - count(Column.UNKNOWN, slot)
                - Math.max(0, count(Column.ROWS, slot) - count(Column.RESULTS, slot)));
    }

    private interface Excess {
        int at(int slot);
    }

    private long sum(Excess excess) {
        long sum = 0;
        for (int slot = 0; slot < tokens.length; slot++) {
            sum += Math.max(0, excess.at(slot));
        }
        return sum;
    }

    private int count(Column column, int slot) {
        return cells(column)[slot];
    }

    private void add(Column column, long token) {
        int slot = slotOf(token);
        if (tokens[slot] == 0) {
            tokens[slot] = token;
            if (++size > tokens.length / 3 * 2) {
                grow();
                slot = slotOf(token);
            }
        }
        char[] cells = cells(column);
        cells[slot] = (char) Math.min(Character.MAX_VALUE, cells[slot] + 1);
    }

    private int slotOf(long token) {
        int mask = tokens.length - 1;
        int slot = (int) token & mask;
        while (tokens[slot] != 0 && tokens[slot] != token) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldTokens = tokens;
        tokens = new long[oldTokens.length * 2];
        int[] moved = new int[oldTokens.length];
        for (int i = 0; i < oldTokens.length; i++) {
            if (oldTokens[i] != 0) {
                moved[i] = slotOf(oldTokens[i]);
                tokens[moved[i]] = oldTokens[i];
            }
        }
        counts.replaceAll((column, old) -> {
            char[] cells = new char[tokens.length];
            for (int i = 0; i < old.length; i++) {
                if (oldTokens[i] != 0) {
                    cells[moved[i]] = old[i];
                }
            }
            return cells;
        });
    }

    private char[] cells(Column column) {
        return Objects.requireNonNull(counts.get(column), "each column has its cells");
    }

    /** FNV-1a with a final mix; never 0, which marks an empty place. Hexadecimal APNs tokens mean the same in either case. */
    private static long hash(ProviderId provider, String token) {
        String address = provider.equals(ProviderId.APNS) ? token.toLowerCase(Locale.ROOT) : token;
        long hash = 0xcbf29ce484222325L ^ provider.hashCode();
        for (int i = 0; i < address.length(); i++) {
            hash = (hash ^ address.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        hash ^= hash >>> 32;
        return hash == 0 ? 1 : hash;
    }
}
