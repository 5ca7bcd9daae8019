package dev.notifykit.internal.lane;

import dev.notifykit.internal.work.Serial;
import dev.notifykit.push.PushResponse;
import dev.notifykit.result.SendResult;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A journey that an actor with a store behind it lends to a lane, and gets back as a message, which it is itself: what became of it is in
 * {@link #back()}. While it waits it has no deadline by which it ends: that is its holder's business.
 */
public abstract class LentJourney extends Journey implements Runnable {

    /** A longer wait is spent in the store: parking costs two writes, and below a second it is dearer than the place it frees. */
    public static final long SHORT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a lane did with it. */
    public sealed interface Back {

        /**
         * It has its result.
         *
         * @param result how it ended
         */
        record Ended(SendResult result) implements Back {}

        /**
         * It waits before its next attempt, and not in the lane.
         *
         * @param delayNanos how long
         */
        record Later(long delayNanos) implements Back {}

        /**
         * It was not attempted.
         *
         * @param why the lane's reason
         * @param withdrawn whether its holder had asked for it
         */
        record Given(GivenBack why, boolean withdrawn) implements Back {}

        /**
         * The client is closed.
         *
         * @param inFlight whether an attempt is unanswered
         */
        record Abandoned(boolean inFlight) implements Back {}
    }

    private @Nullable Back back;
    private boolean inLane;
    private long heldSinceNanos;
    private volatile boolean withdrawn;

    /**
     * With its holder.
     *
     * @param now a monotonic reading
     * @param startNanos when its total deadline began to run
     * @param attempts made so far
     * @param unknown whether one of them may have been accepted
     */
    protected LentJourney(long now, long startNanos, int attempts, boolean unknown) {
        super(startNanos, Long.MAX_VALUE, attempts, unknown);
        heldSinceNanos = now;
    }

    // ---- for the holder

    /**
     * It goes to a lane. What it waited before does not count against it.
     *
     * @param now a monotonic reading
     */
    public final void leaves(long now) {
        postponeStart(now - heldSinceNanos);
        heldSinceNanos = now;
        inLane = true;
    }

    /**
     * It is in no lane: the time until {@link #leaves} does not count against it.
     *
     * @param now a monotonic reading
     */
    public final void rests(long now) {
        heldSinceNanos = now;
        inLane = false;
    }

    /**
     * Whether a lane has it, or has had it and its holder has not looked at {@link #back()}.
     *
     * @return true between {@link #leaves} and {@link #rests}
     */
    public final boolean isInLane() {
        return inLane;
    }

    /** Asks for it back, unless an attempt is under way. */
    public final void withdraw() {
        withdrawn = true;
    }

    /**
     * What became of it; asking clears it, so that it can go to a lane again.
     *
     * @return what the lane did
     */
    public final Back back() {
        Back now = back;
        if (now == null) {
            throw new IllegalStateException("the journey has not come back");
        }
        back = null;
        withdrawn = false;
        return now;
    }

    // ---- for what it is a journey of

    /**
     * The actor to whom it goes back. There are very many journeys: each knows its own anyhow.
     *
     * @return always the same
     */
    protected abstract Serial holder();

    /**
     * Whether its holder has asked for it.
     *
     * @return true after {@link #withdraw}
     */
    protected final boolean isWithdrawn() {
        return withdrawn;
    }

    /**
     * Its first turn has come: how long it has waited for that does not count against it.
     *
     * @param now a monotonic reading
     */
    protected final void firstTurn(long now) {
        if (attempts() == 0) {
            postponeStart(now - startNanos());
        }
    }

    // ---- for the lane

    @Override
    public final boolean expiresAtDeadline() {
        return false;
    }

    @Override
    public final boolean waitsForSender() {
        return false;
    }

    @Override
    protected final void end(SendResult result) {
        goBack(new Back.Ended(result));
    }

    /** A short wait is spent in the lane. What may be a duplicate goes back in any case: it is counted before it is made. */
    @Override
    public final void comeBackIn(Lane from, long delayNanos) {
        if (delayNanos <= SHORT_WAIT_NANOS && !(lastResponse() instanceof PushResponse.Unknown)) {
            from.later(this, delayNanos);
        } else {
            goBack(new Back.Later(delayNanos));
        }
    }

    @Override
    public final void giveBack(GivenBack why) {
        goBack(new Back.Given(why, withdrawn));
    }

    @Override
    public final void abandon(boolean inFlight) {
        goBack(new Back.Abandoned(inFlight));
    }

    private void goBack(Back how) {
        back = how;
        holder().tell(this);
    }
}
