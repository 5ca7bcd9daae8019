package dev.notifykit.retry;

import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import java.util.Map;

/**
 * Packs this package's values, for the packages whose values are made of them. A policy is packed whole, defaults included, so
 * that it stays what it was when a later build has others.
 */
public final class RetryCodec {

    private static final EnumCodes<UnknownPolicy> UNKNOWN_POLICIES =
            EnumCodes.of(UnknownPolicy.class, Map.of(UnknownPolicy.RETRY_COLLAPSED, 1, UnknownPolicy.REPORT, 2));

    private RetryCodec() {}

    /**
     * Writes a policy.
     *
     * @param out where it goes
     * @param policy the policy
     */
    public static void write(PackWriter out, RetryPolicy policy) {
        out.number(policy.maxAttempts())
                .duration(policy.backoff().first())
                .duration(policy.backoff().cap())
                .duration(policy.totalDeadline())
                .duration(policy.maxRetryAfter());
    }

    /**
     * Reads a policy.
     *
     * @param in what was written
     * @return an equal policy
     */
    public static RetryPolicy readPolicy(PackReader in) {
        return RetryPolicy.builder()
                .maxAttempts(in.integer())
                .firstBackoff(in.duration())
                .maxBackoff(in.duration())
                .totalDeadline(in.duration())
                .maxRetryAfter(in.duration())
                .build();
    }

    /**
     * Writes what to do after an attempt that may have been accepted.
     *
     * @param out where it goes
     * @param policy the policy
     */
    public static void write(PackWriter out, UnknownPolicy policy) {
        out.code(UNKNOWN_POLICIES, policy);
    }

    /**
     * Reads what to do after an attempt that may have been accepted.
     *
     * @param in what was written
     * @return the policy
     */
    public static UnknownPolicy readUnknownPolicy(PackReader in) {
        return in.code(UNKNOWN_POLICIES);
    }
}
