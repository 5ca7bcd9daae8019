package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.lane.LentJourney;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row on its way, lent to a lane by its shard. */
final class RowJourney extends LentJourney {

    private final ShardRun run;
    private final Lane lane;
    private final AudienceRow row;
    private final RequestId id;
    private final long place;
    private final @Nullable PageRun page;
    private final int attemptsBefore;
    private @Nullable PushRequest request;

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
        super(startNanos, startNanos, attempts, unknown);
        this.run = run;
        this.lane = lane;
        this.row = row;
        this.id = id;
        this.place = place;
        this.page = page;
        attemptsBefore = attempts;
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

    @Override
    protected ShardRun holder() {
        return run;
    }

    @Override
    public void run() {
        run.takeBack(this);
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
            firstTurn(run.nanoTime());
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
        return !isWithdrawn() && run.mode() == ShardRun.Mode.RUNNING && run.isTrusted();
    }
}
