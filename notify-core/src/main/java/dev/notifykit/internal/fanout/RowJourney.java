package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row on its way. It is its own message to its shard: what became of it is in {@link #back()}. */
final class RowJourney extends Journey implements Runnable {

    /** What a lane did with a row. */
    sealed interface Back {

        record Ended(SendResult result) implements Back {}

        record Later(long delayNanos) implements Back {}

        record Given(GivenBack why, boolean withdrawn) implements Back {}

        record Abandoned(boolean inFlight) implements Back {}
    }

    private final ShardRun run;
    private final Lane lane;
    private final AudienceRow row;
    private final RequestId id;
    private final long place;
    private final @Nullable PageRun page;
    private final int attemptsBefore;
    private @Nullable PushRequest request;
    private @Nullable Back back;
    private long heldSinceNanos;
    private volatile boolean withdrawn;

    /**
     * A row of an open page or a parked one.
     *
     * @param place its id among parked rows
     * @param page its page; null when it is parked
     */
    RowJourney(
            ShardRun run,
            Lane lane,
            AudienceRow row,
            RequestId id,
            long place,
            @Nullable PageRun page,
            long startNanos,
            int attempts,
            boolean unknown) {
        super(startNanos, Long.MAX_VALUE, attempts, unknown);
        this.run = run;
        this.lane = lane;
        this.row = row;
        this.id = id;
        this.place = place;
        this.page = page;
        attemptsBefore = attempts;
        heldSinceNanos = startNanos;
    }

    // ---- for the shard

    AudienceRow row() {
        return row;
    }

    long place() {
        return place;
    }

    @Nullable
    PageRun page() {
        return page;
    }

    Lane lane() {
        return lane;
    }

    /** Whether its parked copy no longer tells all of it. */
    boolean attempted() {
        return attempts() != attemptsBefore;
    }

    /** It is not in a lane: the time until {@link #leaves} does not count against it. */
    void rests(long now) {
        heldSinceNanos = now;
    }

    /** It goes to a lane. */
    void leaves(long now) {
        postponeStart(now - heldSinceNanos);
        heldSinceNanos = now;
    }

    /** Asks for it back, unless an attempt is under way. */
    void withdraw() {
        withdrawn = true;
    }

    /** What became of it; asking clears it, so that it can go to a lane again. */
    Back back() {
        Back now = back;
        if (now == null) {
            throw new IllegalStateException("the row has not come back");
        }
        back = null;
        withdrawn = false;
        return now;
    }

    @Override
    public void run() {
        run.takeBack(this);
    }

    private void goBack(Back how) {
        back = how;
        run.tell(this);
    }

    // ---- for the lane

    @Override
    public RequestId id() {
        return id;
    }

    @Override
    public PushRequest request() {
        PushRequest made = request;
        if (made == null) {
            // The first turn: how long it has waited for its lane does not count against it.
            if (attempts() == 0) {
                postponeStart(run.nanoTime() - startNanos());
            }
            made = run.render(row, id);
            request = made;
        }
        return made;
    }

    @Override
    public Urgency urgency() {
        return run.spec().urgency();
    }

    @Override
    public @Nullable Instant expiresAt() {
        return run.expiresAt();
    }

    @Override
    public boolean expiresAtDeadline() {
        return false;
    }

    @Override
    public RetryPolicy retryPolicy() {
        return run.spec().retryPolicy();
    }

    @Override
    public UnknownPolicy unknownPolicy() {
        return run.spec().unknownPolicy();
    }

    @Override
    public @Nullable SendResult stopped() {
        return run.mode() == ShardRun.Mode.CANCELLED && run.isTrusted() ? new SendResult.Cancelled() : null;
    }

    @Override
    public boolean wantedNow() {
        return !withdrawn && run.mode() == ShardRun.Mode.RUNNING && run.isTrusted();
    }

    @Override
    public boolean waitsForSender() {
        return false;
    }

    @Override
    protected void end(SendResult result) {
        goBack(new Back.Ended(result));
    }

    /** A short wait is spent in the lane; a long one in the store. What may be a duplicate is counted before it is made. */
    @Override
    public void comeBackIn(Lane from, long delayNanos) {
        if (delayNanos <= ShardRun.SHORT_WAIT_NANOS && !(lastResponse() instanceof PushResponse.Unknown)) {
            from.later(this, delayNanos);
        } else {
            goBack(new Back.Later(delayNanos));
        }
    }

    @Override
    public void giveBack(GivenBack why) {
        goBack(new Back.Given(why, withdrawn));
    }

    @Override
    public void abandon(boolean inFlight) {
        goBack(new Back.Abandoned(inFlight));
    }
}
