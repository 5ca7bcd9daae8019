package dev.notifykit.redis;

import java.time.Duration;

/** When a submitted message counts as kept. Immutable. */
public final class Durability {

    private static final Durability ACKNOWLEDGED = new Durability(0, Duration.ZERO);

    private final int replicas;
    private final Duration patience;

    private Durability(int replicas, Duration patience) {
        this.replicas = replicas;
        this.patience = patience;
    }

    /**
     * When Redis has said that it has it. A failover, or a crash of Redis between two writes to its disk, may lose what it had said last.
     *
     * @return this rule
     */
    public static Durability acknowledged() {
        return ACKNOWLEDGED;
    }

    /**
     * When so many replicas have it, too, by a WAIT on the connection on which it was written. It survives a failover to one of them in practice; Redis itself
     * promises no more than its best. A submit costs a round trip to the replicas besides, which messages that come at the same time share. Where too few
     * have said so in time, it fails with {@link dev.notifykit.queue.NotReplicatedException}, and should be repeated.
     *
     * @param replicas how many, at least 1
     * @param patience how long to wait for them, positive, and shorter than {@link RedisSettings#timeout()} and a host's own socket timeout
     * @return this rule
     * @throws IllegalArgumentException when one of the two is out of range
     */
    public static Durability replicated(int replicas, Duration patience) {
        if (replicas < 1) {
            throw new IllegalArgumentException("at least 1 replica, not " + replicas);
        }
        if (patience.toMillis() < 1) {
            throw new IllegalArgumentException("the patience must be at least 1 ms, is " + patience);
        }
        return new Durability(replicas, patience);
    }

    /** How many replicas must have it besides; 0: none. */
    int replicas() {
        return replicas;
    }

    Duration patience() {
        return patience;
    }

    @Override
    public String toString() {
        return replicas == 0 ? "acknowledged" : "replicated to " + replicas + " within " + patience;
    }
}
