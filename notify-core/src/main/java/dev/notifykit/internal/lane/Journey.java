package dev.notifykit.internal.lane;

import dev.notifykit.limit.Reservation;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, with what happened to it so far. It belongs to whoever holds it: the lane from {@link Lane#enter} until one of
 * {@link #end}, {@link #comeBackIn} and {@link #giveBack} is called, its holder otherwise; only the one who has it touches its
 * state.
 */
public abstract class Journey {

    /** Why a lane hands a journey back unattempted. */
    public enum GivenBack {
        /** Its holder does not want it sent now. */
        NOT_NOW,
        /** The lane's sender is paused. */
        SENDER_PAUSED
    }

    private int attempts;
    private boolean unknown;
    private boolean finished;
    private @Nullable PushResponse lastResponse;
    private @Nullable Reservation place;
    private long startNanos;
    private final long deadlineNanos;

    /** When it may take its turn again; for the lane's own waiting room. */
    long dueNanos;

    /** Whether its next attempt is paid for by the lane's retry budget. */
    boolean onBudget;

    /**
     * A journey that goes on or begins.
     *
     * @param startNanos when it was admitted
     * @param deadlineNanos when it ends even while waiting; {@link Long#MAX_VALUE}: its holder sees to that
     * @param attempts made so far
     * @param unknown whether one of them may have been accepted
     */
    protected Journey(long startNanos, long deadlineNanos, int attempts, boolean unknown) {
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
        this.attempts = attempts;
        this.unknown = unknown;
    }

    /**
     * The request's id, also before the request is made.
     *
     * @return the id
     */
    public abstract RequestId id();

    /**
     * The request; made when it is first asked for, so that what is sent is as fresh as it can be.
     *
     * @return the same request at every attempt
     */
    public abstract PushRequest request();

    /**
     * The order in the lane.
     *
     * @return the urgency
     */
    public abstract Urgency urgency();

    /**
     * After this instant no attempt begins.
     *
     * @return the end of its life; null when it has none
     */
    public abstract @Nullable Instant expiresAt();

    /**
     * Whether it is its own life that ends at its deadline, and not the policy's patience.
     *
     * @return true: it ends as expired
     */
    public abstract boolean expiresAtDeadline();

    /**
     * When it is tried again.
     *
     * @return the policy
     */
    public abstract RetryPolicy retryPolicy();

    /**
     * What follows when it may have been accepted.
     *
     * @return the policy
     */
    public abstract UnknownPolicy unknownPolicy();

    /**
     * The end that has been decided for it, whatever a provider would say: the host has taken it back, or a correction replaces it.
     *
     * @return the end it comes to without a further attempt; null while there is none
     */
    public abstract @Nullable SendResult stopped();

    /**
     * Whether its holder wants an attempt now.
     *
     * @return false: it goes back to its holder, unattempted
     */
    public abstract boolean wantedNow();

    /**
     * Whether it can wait in the lane while the sender is paused.
     *
     * @return false: it goes back to its holder
     */
    public abstract boolean waitsForSender();

    /**
     * It ends.
     *
     * @param result how
     */
    protected abstract void end(SendResult result);

    /**
     * Ends it; a second end is none.
     *
     * @param result how
     */
    public final void finish(SendResult result) {
        if (!finished) {
            finished = true;
            end(result);
        }
    }

    /**
     * It waits before its next attempt.
     *
     * @param lane where it was
     * @param delayNanos how long
     */
    public abstract void comeBackIn(Lane lane, long delayNanos);

    /**
     * It goes back to its holder, unattempted.
     *
     * @param why the reason
     */
    public abstract void giveBack(GivenBack why);

    /**
     * The client gives it up at its close.
     *
     * @param inFlight whether an attempt is unanswered
     */
    public abstract void abandon(boolean inFlight);

    /**
     * What an end is that no provider's answer stands behind: once an attempt may have been accepted, it is unknown.
     *
     * @param end what it would be otherwise
     * @return the result
     */
    public final SendResult orUnknown(SendResult end) {
        // An attempt of an owner before, which has vanished, is not among those counted here.
        return unknown ? new SendResult.Unknown(Math.max(1, attempts)) : end;
    }

    /**
     * Notes its place among what the device gets, which goes with the attempt that is about to begin.
     *
     * @param reserved the place
     */
    public final void takePlace(Reservation reserved) {
        place = reserved;
    }

    /**
     * Whether it has a place for the attempt that is about to begin.
     *
     * @return true after {@link #takePlace}
     */
    public final boolean hasPlace() {
        return place != null;
    }

    /**
     * Its place, which it has no more from now on.
     *
     * @return the place; null when it has none
     */
    public final @Nullable Reservation leavePlace() {
        Reservation left = place;
        place = null;
        return left;
    }

    /**
     * Moves the start of its total deadline, for time that does not count.
     *
     * @param nanos by how much
     */
    protected final void postponeStart(long nanos) {
        startNanos += nanos;
    }

    /**
     * Notes that an attempt begins.
     *
     * @return its number, from 1
     */
    final int beginAttempt() {
        attempts++;
        return attempts;
    }

    /** Notes what came of the attempt. An answer that blames the sender does not count against the request. */
    final void noteResponse(PushResponse response) {
        lastResponse = response;
        if (response instanceof PushResponse.Unknown) {
            unknown = true;
        } else if (response instanceof PushResponse.Misconfigured) {
            attempts--;
        }
    }

    /**
     * How many attempts count so far.
     *
     * @return the number
     */
    public final int attempts() {
        return attempts;
    }

    /**
     * Whether one of the attempts may have been accepted.
     *
     * @return true after an unknown outcome
     */
    public final boolean unknown() {
        return unknown;
    }

    /**
     * What the provider said last.
     *
     * @return the response; null before the first
     */
    public final @Nullable PushResponse lastResponse() {
        return lastResponse;
    }

    /**
     * When its total deadline began to run.
     *
     * @return a monotonic reading
     */
    public final long startNanos() {
        return startNanos;
    }

    /**
     * When it ends even while waiting.
     *
     * @return a monotonic reading, or {@link Long#MAX_VALUE}
     */
    public final long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public final String toString() {
        return "Journey[" + attempts + " attempts]";
    }
}
