package dev.notifykit.dedup;

import java.time.Duration;

/**
 * How long a claim holds. Immutable.
 *
 * @param lease how long its holder is trusted without a sign of life; then another may take it over
 * @param ttl how long the store remembers the key, counted from its last change; longer than the lease
 */
public record ClaimTerms(Duration lease, Duration ttl) {

    /** Checks both. */
    public ClaimTerms {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("the lease must be positive, is " + lease);
        }
        if (ttl.compareTo(lease) <= 0) {
            throw new IllegalArgumentException("the time to live must be longer than the lease, is " + ttl);
        }
    }
}
