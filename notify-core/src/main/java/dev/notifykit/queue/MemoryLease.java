package dev.notifykit.queue;

import java.util.Optional;

/** Who owns one partition of a queue in memory. Guarded by the queue's lock. Instants are nanoseconds since the queue was made. */
final class MemoryLease {

    private static final String NOBODY = "";

    private final int partition;
    private final String nonce;
    private long grants;
    private String fence = NOBODY;
    private String owner = NOBODY;
    private long end;

    /**
     * Of a partition that nobody owns.
     *
     * @param nonce differs from one queue to the next, so that a lease of one is none in another
     */
    MemoryLease(int partition, String nonce) {
        this.partition = partition;
        this.nonce = nonce;
    }

    Optional<PartitionLease> acquire(String instance, long now, long ttl) {
        if (!fence.equals(NOBODY) && end > now && !owner.equals(instance)) {
            return Optional.empty();
        }
        fence = ++grants + "-" + nonce;
        owner = instance;
        end = now + ttl;
        return Optional.of(new PartitionLease(partition, fence));
    }

    void require(PartitionLease lease) {
        if (fence.equals(NOBODY) || !fence.equals(lease.fence())) {
            throw new PartitionLostException(lease);
        }
    }

    void renew(long newEnd) {
        end = newEnd;
    }

    void release(PartitionLease lease) {
        if (fence.equals(lease.fence())) {
            fence = NOBODY;
        }
    }
}
