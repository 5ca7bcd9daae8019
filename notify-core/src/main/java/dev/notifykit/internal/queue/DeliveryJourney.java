package dev.notifykit.internal.queue;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
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

/** One delivery on its way. It is its own message to its partition: what became of it is in {@link #back()}. */
final class DeliveryJourney extends Journey implements Runnable {

    /** What a lane did with a delivery. */
    sealed interface Back {

        record Ended(SendResult result) implements Back {}

        record Later(long delayNanos) implements Back {}

        record Given(GivenBack why) implements Back {}

        record Abandoned(boolean inFlight) implements Back {}
    }

    private final PartitionRun run;
    private final WorkLane lane;
    private final Delivery delivery;
    private @Nullable Back back;
    private boolean inLane;
    private boolean hadItsTurn;
    private long heldSinceNanos;
    private volatile boolean superseded;
    private volatile boolean withdrawn;

    /** What an owner before had fetched and not settled may have been sent: nobody knows. */
    DeliveryJourney(PartitionRun run, WorkLane lane, Started started, long now) {
        super(
                now - started.delivery().spent().toNanos(),
                Long.MAX_VALUE,
                started.delivery().attempts(),
                started.delivery().unknown() || started.starts() > 1);
        this.run = run;
        this.lane = lane;
        delivery = started.delivery();
        superseded = started.superseded();
        heldSinceNanos = now;
    }

    // ---- for the partition

    Delivery delivery() {
        return delivery;
    }

    WorkLane lane() {
        return lane;
    }

    boolean isInLane() {
        return inLane;
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

    /** It goes to its lane. What it waited before does not count against it. */
    void leaves(long now) {
        postponeStart(now - heldSinceNanos);
        inLane = true;
    }

    /** It has come back from its lane. */
    void arrives(long now) {
        heldSinceNanos = now;
        inLane = false;
    }

    /** A correction was submitted: no attempt begins any more. */
    void supersede() {
        superseded = true;
    }

    boolean isSuperseded() {
        return superseded;
    }

    /** Asks for it back, unless an attempt is under way. */
    void withdraw() {
        withdrawn = true;
    }

    boolean isWithdrawn() {
        return withdrawn;
    }

    /** What became of it; asking clears it, so that it can go to a lane again. */
    Back back() {
        Back now = back;
        if (now == null) {
            throw new IllegalStateException("the delivery has not come back");
        }
        back = null;
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
        return delivery.id();
    }

    @Override
    public PushRequest request() {
        // The first turn: how long it has waited for its lane does not count against it.
        if (!hadItsTurn && attempts() == 0) {
            postponeStart(run.nanoTime() - startNanos());
        }
        hadItsTurn = true;
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
    public boolean expiresAtDeadline() {
        return false;
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
        return !withdrawn && run.wants(this);
    }

    @Override
    public boolean waitsForSender() {
        return false;
    }

    @Override
    protected void end(SendResult result) {
        goBack(new Back.Ended(result));
    }

    /** A short wait is spent in the lane; a long one in the store. What may be a duplicate is counted there before it is made. */
    @Override
    public void comeBackIn(Lane from, long delayNanos) {
        if (delayNanos <= PartitionRun.SHORT_WAIT_NANOS && !(lastResponse() instanceof PushResponse.Unknown)) {
            from.later(this, delayNanos);
        } else {
            goBack(new Back.Later(delayNanos));
        }
    }

    @Override
    public void giveBack(GivenBack why) {
        goBack(new Back.Given(why));
    }

    @Override
    public void abandon(boolean inFlight) {
        goBack(new Back.Abandoned(inFlight));
    }
}
