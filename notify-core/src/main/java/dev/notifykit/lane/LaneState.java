package dev.notifykit.lane;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lane at one moment. Immutable.
 *
 * @param key which lane
 * @param waitingUrgent urgent requests that wait for their turn
 * @param waitingBulk bulk requests that wait for their turn
 * @param backingOff requests between two attempts
 * @param inFlight attempts without an answer, and those that wait for the cap store before they begin
 * @param maxInFlight how many of them there may be
 * @param breaker whether attempts may begin
 * @param pausedFor why the sender is paused; null while it is not
 * @param attempts attempts so far
 * @param accepted of them accepted
 * @param retries of them not the first of their request
 * @param lateReplies answers that came after the attempt had timed out
 */
public record LaneState(
        LaneKey key,
        int waitingUrgent,
        int waitingBulk,
        int backingOff,
        int inFlight,
        int maxInFlight,
        Breaker breaker,
        @Nullable String pausedFor,
        long attempts,
        long accepted,
        long retries,
        long lateReplies) {

    /** Whether attempts may begin. */
    public enum Breaker {
        /** They may. */
        CLOSED,
        /** A few may, to find out. */
        HALF_OPEN,
        /** None may: too many have failed. */
        OPEN
    }

    /**
     * Why the sender is paused.
     *
     * @return the vendor's reason, ours in capitals, or the host's own; empty while it is not
     */
    public Optional<String> paused() {
        return Optional.ofNullable(pausedFor);
    }

    /**
     * The same state with another pause.
     *
     * @param reason why the sender is paused; null while it is not
     * @return a copy
     */
    public LaneState withPausedFor(@Nullable String reason) {
        return new LaneState(
                key,
                waitingUrgent,
                waitingBulk,
                backingOff,
                inFlight,
                maxInFlight,
                breaker,
                reason,
                attempts,
                accepted,
                retries,
                lateReplies);
    }
}
