package dev.notifykit.dedup;

import java.time.Duration;
import java.util.Set;

/**
 * A store's verdict on a claim. With {@link New} and {@link Correction} the claim is the asker's until its lease ends; with the others
 * the asker has nothing to end, and the store has noted nothing but a higher version. Immutable.
 */
public sealed interface Claim {

    /**
     * Nobody has said it, or not to everyone: go on.
     *
     * @param ended the targets that had their end under an earlier claim of the same content; they get nothing again
     * @param takenOver whether an earlier holder fell silent before it confirmed: it may have sent already
     */
    record New(Set<TargetDigest> ended, boolean takenOver) implements Claim {
        /** Copies the targets. */
        public New {
            ended = Set.copyOf(ended);
        }
    }

    /**
     * Something else was said before: go on, and replace it.
     *
     * @param originalsEndIn how long claims that this one supersedes may still be at work, at most; zero when none is. Claiming again
     *     as the same owner asks anew
     */
    record Correction(Duration originalsEndIn) implements Claim {}

    /** The same was said, and has its end: stop. */
    record Duplicate() implements Claim {}

    /** Something newer is known, or was claimed after the asker: stop. */
    record Stale() implements Claim {}

    /**
     * The same is being said by another, or too much else is; whether it ends well is not known yet: wait, then claim again.
     *
     * @param leaseEndsIn when a claim that stands in the way ends by itself, unless it is renewed; positive
     */
    record InFlight(Duration leaseEndsIn) implements Claim {}
}
