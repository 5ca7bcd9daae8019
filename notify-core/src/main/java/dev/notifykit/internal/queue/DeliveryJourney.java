package dev.notifykit.internal.queue;

import dev.notifykit.internal.lane.LentJourney;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Started;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One delivery on its way, lent to its lane by its partition. */
final class DeliveryJourney extends LentJourney {

    private final PartitionRun run;
    private final WorkLane lane;
    private final Delivery delivery;
    private boolean hadItsTurn;
    private volatile boolean superseded;

    /** What an owner before had fetched and not settled may have been sent: nobody knows. */
    DeliveryJourney(PartitionRun run, WorkLane lane, Started started, long now) {
        super(
                now,
                now - started.delivery().spent().toNanos(),
                started.delivery().attempts(),
                started.delivery().unknown() || started.starts() > 1);
        this.run = run;
        this.lane = lane;
        delivery = started.delivery();
        superseded = started.superseded();
    }

    // ---- for the partition

    Delivery delivery() {
        return delivery;
    }

    WorkLane lane() {
        return lane;
    }

    /** Whether the provider has answered since it was fetched. */
    boolean attempted() {
        return lastResponse() != null;
    }

    /** As it is to go on, after a wait that counts. */
    Delivery asItIs(long now, long delayNanos) {
        return new Delivery(
                delivery.message(),
                delivery.key(),
                delivery.request(),
                attempts(),
                unknown(),
                Duration.ofNanos(Math.max(0, now - startNanos() + delayNanos)));
    }

    /** A correction was submitted: no attempt begins any more. */
    void supersede() {
        superseded = true;
    }

    boolean isSuperseded() {
        return superseded;
    }

    @Override
    protected PartitionRun holder() {
        return run;
    }

    @Override
    public void run() {
        run.takeBack(this);
    }

    // ---- for the lane

    @Override
    public RequestId id() {
        return delivery.id();
    }

    @Override
    public PushRequest request() {
        if (!hadItsTurn) {
            firstTurn(run.nanoTime());
            hadItsTurn = true;
        }
        return delivery.request();
    }

    @Override
    public Urgency urgency() {
        return delivery.request().urgency();
    }

    @Override
    public @Nullable Instant expiresAt() {
        return delivery.request().expiresAt().orElse(null);
    }

    @Override
    public RetryPolicy retryPolicy() {
        return run.retryPolicy();
    }

    @Override
    public UnknownPolicy unknownPolicy() {
        return UnknownPolicy.RETRY_COLLAPSED;
    }

    @Override
    public @Nullable SendResult stopped() {
        return superseded && run.isTrusted() ? new SendResult.Suppressed(SendResult.Suppressed.Why.SUPERSEDED) : null;
    }

    @Override
    public boolean wantedNow() {
        return !isWithdrawn() && run.wants(this);
    }
}
