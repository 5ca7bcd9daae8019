package dev.notifykit.queue;

/** The lease was lost: another owner works on the partition. Whoever is told so stops at once and changes nothing any more. */
public final class PartitionLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param lease the lease that was shown
     */
    public PartitionLostException(PartitionLease lease) {
        super("the lease on partition " + lease.partition() + " was superseded");
    }
}
