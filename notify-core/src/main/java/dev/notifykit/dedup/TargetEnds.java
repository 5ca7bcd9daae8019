package dev.notifykit.dedup;

import java.util.Set;

/**
 * How the targets of a claim ended. Immutable.
 *
 * @param ended those that must not be sent to again
 * @param complete whether these are all of them; false: what is said again is new for the others
 */
public record TargetEnds(Set<TargetDigest> ended, boolean complete) {

    /** Copies the targets. */
    public TargetEnds {
        ended = Set.copyOf(ended);
    }

    /**
     * Everyone had an end.
     *
     * @param ended all targets
     * @return complete ends
     */
    public static TargetEnds all(Set<TargetDigest> ended) {
        return new TargetEnds(ended, true);
    }

    /**
     * Some were released.
     *
     * @param ended the others
     * @return incomplete ends
     */
    public static TargetEnds some(Set<TargetDigest> ended) {
        return new TargetEnds(ended, false);
    }
}
