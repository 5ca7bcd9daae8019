package dev.notifykit.testkit.internal.script;

/** Counts attempts by 64-bit token hash in primitive arrays: 12 bytes a slot, at most two thirds full. Thread-safe. */
final class AttemptCounter {
    private long[] keys = new long[1024];
    private int[] counts = new int[1024];
    private int size;

    /** The number of this attempt, from 0. */
    synchronized int next(long tokenHash) {
        int slot = slotOf(tokenHash);
        if (counts[slot] == 0) {
            keys[slot] = tokenHash;
            if (++size > counts.length / 3 * 2) {
                grow();
                slot = slotOf(tokenHash);
                keys[slot] = tokenHash;
            }
        }
        return counts[slot]++;
    }

    private int slotOf(long key) {
        int mask = counts.length - 1;
        int slot = (int) key & mask; // the hash is mixed already
        while (counts[slot] > 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[oldKeys.length * 2];
        counts = new int[oldCounts.length * 2];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] > 0) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
