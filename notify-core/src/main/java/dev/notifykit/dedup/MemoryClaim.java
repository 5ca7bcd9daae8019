package dev.notifykit.dedup;

/** One granted claim of one key. Guarded by the store's lock. Instants are nanoseconds since the store was made. */
final class MemoryClaim {

    /** Below every version that can be given: nothing is lower than it, so nothing is stale because of it. */
    static final long NO_VERSION = Long.MIN_VALUE;

    /** The lease's end of a message that holds its claim itself. */
    static final long NEVER = InMemoryDedupStore.LONGEST.toNanos();

    private final ClaimOwner owner;
    private final String content;
    private final long grant;
    private final boolean correction;
    private final boolean takenOver;
    private long version;
    private long leaseEnd;

    /**
     * A fresh grant.
     *
     * @param grant its number among those of its key; higher is newer
     * @param correction whether it replaces what was said before, rather than go on with it
     */
    MemoryClaim(DedupKey key, ClaimOwner owner, long grant, boolean correction, boolean takenOver, long leaseEnd) {
        this.owner = owner;
        this.content = key.contentHash();
        this.grant = grant;
        this.correction = correction;
        this.takenOver = takenOver;
        this.version = key.version().orElse(NO_VERSION);
        this.leaseEnd = leaseEnd;
    }

    ClaimOwner owner() {
        return owner;
    }

    String content() {
        return content;
    }

    long grant() {
        return grant;
    }

    boolean correction() {
        return correction;
    }

    boolean takenOver() {
        return takenOver;
    }

    long version() {
        return version;
    }

    /** The same content is known to be this new. */
    void raise(DedupKey key) {
        version = Math.max(version, key.version().orElse(NO_VERSION));
    }

    void extend(long newLeaseEnd) {
        leaseEnd = newLeaseEnd;
    }

    boolean endsByItself() {
        return leaseEnd != NEVER;
    }

    boolean runs(long now) {
        return leaseEnd > now;
    }

    long left(long now) {
        return leaseEnd - now;
    }
}
