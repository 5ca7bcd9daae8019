package dev.notifykit.lane;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request that finds its lane full. Immutable.
 *
 * @param timeout how long the caller waits for a slot; null: it does not wait
 */
public record Admission(@Nullable Duration timeout) {

    private static final Admission REJECT = new Admission(null);

    /** Checks the timeout. */
    public Admission {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("the timeout of BLOCK must be positive, is " + timeout);
        }
    }

    /**
     * {@link NotAdmittedException} at once. The default: the caller knows best what to do instead.
     *
     * @return the rule
     */
    public static Admission reject() {
        return REJECT;
    }

    /**
     * Waits for a slot, then {@link NotAdmittedException}. On one of the library's own threads, such as a callback, it does not
     * wait, since the slot might never come.
     *
     * @param timeout how long to wait; positive
     * @return the rule
     */
    public static Admission block(Duration timeout) {
        return new Admission(timeout);
    }
}
