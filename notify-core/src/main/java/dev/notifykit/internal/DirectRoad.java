package dev.notifykit.internal;

import dev.notifykit.internal.dedup.Hold;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.work.Workers;
import dev.notifykit.lane.Admission;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.SendOptions;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two ends of a direct send. Admit: a slot of the lane is taken, or nothing happened. Complete: the future completes on the
 * host's executor, and only then the slot is free, so that a host that is slow with its results slows its own sends.
 */
final class DirectRoad {

    private static final Logger log = LoggerFactory.getLogger(DirectRoad.class);

    private final Map<LaneKey, Slots> slots;
    private final RetryPolicy retryPolicy;
    private final TimeSource time;
    private final Executor callbacks;
    /** Set on a thread while it completes a future: a host may close the client from there. */
    private final ThreadLocal<Boolean> completing = new ThreadLocal<>();

    private final LongAdder notSent = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private volatile boolean closed;

    DirectRoad(Map<LaneKey, Slots> slots, RetryPolicy retryPolicy, TimeSource time, Executor callbacks) {
        this.slots = slots;
        this.retryPolicy = retryPolicy;
        this.time = time;
        this.callbacks = callbacks;
    }

    /** A lane with the slots of its direct sends. */
    record Slots(Lane lane, LaneLimits limits, Semaphore free) {

        Slots(Lane lane, LaneLimits limits) {
            this(lane, limits, new Semaphore(limits.maxHeld()));
        }

        void take(Admission admission) {
            Duration timeout = Workers.isOwnThread() ? null : admission.timeout();
            boolean taken;
            try {
                taken = timeout == null ? free.tryAcquire() : free.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                taken = false;
            }
            if (!taken) {
                throw new NotAdmittedException(
                        NotAdmittedException.Why.LANE_FULL,
                        "lane " + lane.key() + " holds " + limits.maxHeld() + " requests already (maxHeld)");
            }
        }

        int taken() {
            return limits.maxHeld() - free.availablePermits();
        }
    }

    /** What a request got at the door: a slot of its lane and its time, or an end without either. */
    sealed interface Admitted {

        record Slot(Slots lane, PushRequest request, SendOptions options, DirectJourney.Life life)
                implements Admitted {}

        record Refused(SendResult end) implements Admitted {}
    }

    CompletableFuture<SendResult> send(PushRequest request, SendOptions options) {
        Admitted admitted = admit(request, options);
        if (admitted instanceof Admitted.Refused refused) {
            return CompletableFuture.completedFuture(refused.end());
        }
        Admitted.Slot slot = (Admitted.Slot) admitted;
        CancellableFuture<SendResult> future = new CancellableFuture<>();
        DirectJourney journey = journey(slot, Hold.NONE, result -> complete(slot, future, result, result));
        future.onCancel(journey::cancel);
        slot.lane().lane().enter(journey);
        return future;
    }

    /** Takes a slot, which {@link #complete} gives back; it may wait for one as long as the rule of admission says. */
    Admitted admit(PushRequest request, SendOptions options) {
        if (closed) {
            throw new NotAdmittedException(NotAdmittedException.Why.CLOSED, "the client is closed");
        }
        Slots lane = slots.get(LaneKey.of(request.target()));
        if (lane == null) {
            return new Admitted.Refused(new SendResult.Rejected(
                    SendResult.Rejected.NO_LANE, "no lane " + LaneKey.of(request.target()) + " was registered"));
        }
        Optional<PushResponse.Rejected> rejected = lane.lane().service().check(request);
        if (rejected.isPresent()) {
            return new Admitted.Refused(new SendResult.Rejected(
                    rejected.get().reason(), rejected.get().detail()));
        }
        lane.take(options.admission().orElse(lane.limits().whenFull()));
        return new Admitted.Slot(lane, request, options, life(request, policy(options)));
    }

    /** The journey of an admitted request, still outside of its lane. */
    DirectJourney journey(Admitted.Slot slot, Hold hold, Consumer<SendResult> end) {
        return new DirectJourney(
                slot.lane().lane(),
                slot.request(),
                policy(slot.options()),
                slot.options().unknownPolicy(),
                slot.life(),
                hold,
                end);
    }

    RetryPolicy policy(SendOptions options) {
        return options.retryPolicy().orElse(retryPolicy);
    }

    boolean isToCome(Instant due) {
        return time.now().isBefore(due);
    }

    private DirectJourney.Life life(PushRequest request, RetryPolicy policy) {
        long now = time.nanoTime();
        long patience = policy.totalDeadline().toNanos();
        Instant expiresAt = request.expiresAt().orElse(null);
        long life = expiresAt == null ? Long.MAX_VALUE : nanosUntil(expiresAt);
        return new DirectJourney.Life(now, now + Math.min(life, patience), life <= patience);
    }

    private long nanosUntil(Instant expiresAt) {
        Duration left = Duration.between(time.now(), expiresAt);
        // Beyond some years nanoseconds overflow, and no policy waits that long.
        return left.compareTo(Duration.ofDays(3650)) > 0 ? Long.MAX_VALUE / 2 : left.toNanos();
    }

    /** Completes a future on the host's executor, then gives the slot back. */
    <T> void complete(Admitted.Slot slot, CompletableFuture<T> future, T value, SendResult end) {
        if (closed && end instanceof SendResult.NotSent) {
            notSent.increment();
        } else if (closed && end instanceof SendResult.Unknown) {
            unknown.increment();
        }
        Runnable completion = () -> {
            completing.set(true);
            try {
                future.complete(value);
            } finally {
                completing.remove();
                slot.lane().free().release();
            }
        };
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException e) {
            log.debug("the callback executor takes no more; a result is completed where it ended");
            completion.run();
        }
    }

    void close() {
        closed = true;
    }

    /** Direct sends that were not attempted because of the close. */
    long notSent() {
        return notSent.sum();
    }

    /** Direct sends that ended unknown since the close. */
    long unknown() {
        return unknown.sum();
    }

    /** Whether every direct send has ended and its future is complete; save the one in whose completion the caller is. */
    boolean idle() {
        int own = completing.get() == null ? 0 : 1;
        return slots.values().stream().mapToInt(Slots::taken).sum() <= own;
    }
}
