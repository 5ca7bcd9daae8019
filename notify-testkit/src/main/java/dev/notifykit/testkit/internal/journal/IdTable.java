package dev.notifykit.testkit.internal.journal;

import dev.notifykit.testkit.journal.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Counts 128-bit ids by open addressing in primitive arrays: 28 bytes a slot, at most two thirds full. One table is one stripe of a
 * {@link JournalBook} and is guarded by its own lock.
 */
final class IdTable {
    private static final int INITIAL_SLOTS = 256;

    private final ByteArena texts = new ByteArena();
    private long[] high = new long[INITIAL_SLOTS];
    private long[] low = new long[INITIAL_SLOTS];
    /** Where the token is; an id that is no UUID follows it, and the position is then complemented. */
    private long[] where = new long[INITIAL_SLOTS];

    private int[] counts = new int[INITIAL_SLOTS];
    private int size;

    /** Counts one more; true when the id is new. */
    synchronized boolean add(RequestKey key, String id, String token) {
        int slot = slotOf(key.high(), key.low());
        if (counts[slot]++ > 0) {
            return false;
        }
        high[slot] = key.high();
        low[slot] = key.low();
        where[slot] = key.isUuid() ? texts.add(token) : ~texts.add(id.length() + ":" + id + token);
        if (++size > counts.length / 3 * 2) {
            grow();
        }
        return true;
    }

    synchronized int count(RequestKey key) {
        return counts[slotOf(key.high(), key.low())];
    }

    /** A copy, so that the consumer of entries runs outside the lock. */
    synchronized List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>(size);
        for (int slot = 0; slot < counts.length; slot++) {
            if (counts[slot] > 0) {
                entries.add(entry(slot));
            }
        }
        return entries;
    }

    private JournalEntry entry(int slot) {
        if (where[slot] >= 0) {
            String id = new UUID(high[slot], low[slot]).toString();
            return new JournalEntry(id, counts[slot], texts.get(where[slot]));
        }
        String text = texts.get(~where[slot]);
        int colon = text.indexOf(':');
        int idEnd = colon + 1 + Integer.parseInt(text.substring(0, colon));
        return new JournalEntry(text.substring(colon + 1, idEnd), counts[slot], text.substring(idEnd));
    }

    private int slotOf(long keyHigh, long keyLow) {
        int mask = counts.length - 1;
        int slot = (int) (Mix.mix64(keyHigh ^ Mix.mix64(keyLow)) >>> 16) & mask;
        while (counts[slot] > 0 && (high[slot] != keyHigh || low[slot] != keyLow)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldWhere = where;
        int[] oldCounts = counts;
        int slots = counts.length * 2;
        high = new long[slots];
        low = new long[slots];
        where = new long[slots];
        counts = new int[slots];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] > 0) {
                int slot = slotOf(oldHigh[i], oldLow[i]);
                high[slot] = oldHigh[i];
                low[slot] = oldLow[i];
                where[slot] = oldWhere[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
