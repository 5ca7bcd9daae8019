package dev.notifykit.fanout;

/** The lease was lost: another owner works on the shard. Whoever is told so stops at once and changes nothing any more. */
public final class FencedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param lease the lease that was shown
     */
    public FencedException(ShardLease lease) {
        super("the lease on shard " + lease.shard() + " of fan-out " + lease.fanOut() + " was superseded");
    }
}
