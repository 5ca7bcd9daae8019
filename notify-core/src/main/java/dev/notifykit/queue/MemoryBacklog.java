package dev.notifykit.queue;

/** How much waits in a queue in memory, and how much may. Guarded by the queue's lock. */
final class MemoryBacklog {

    private final long maxEntries;
    private final long maxBytes;
    private long entries;
    private long bytes;

    MemoryBacklog(long maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    boolean hasRoom(int moreEntries, long moreBytes) {
        return entries + moreEntries <= maxEntries && bytes + moreBytes <= maxBytes;
    }

    void add(long moreBytes) {
        entries++;
        bytes += moreBytes;
    }

    void remove(long fewerBytes) {
        entries--;
        bytes -= fewerBytes;
    }

    long bytes() {
        return bytes;
    }
}
