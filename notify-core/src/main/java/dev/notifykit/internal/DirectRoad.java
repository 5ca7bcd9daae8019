package dev.notifykit.internal;

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

        boolean idle() {
            return free.availablePermits() == limits.maxHeld();
        }
    }

    CompletableFuture<SendResult> send(PushRequest request, SendOptions options) {
        if (closed) {
            throw new NotAdmittedException(NotAdmittedException.Why.CLOSED, "the client is closed");
        }
        Slots lane = slots.get(LaneKey.of(request.target()));
        if (lane == null) {
            return CompletableFuture.completedFuture(new SendResult.Rejected(
                    SendResult.Rejected.NO_LANE, "no lane " + LaneKey.of(request.target()) + " was registered"));
        }
        Optional<PushResponse.Rejected> rejected = lane.lane().service().check(request);
        if (rejected.isPresent()) {
            return CompletableFuture.completedFuture(new SendResult.Rejected(
                    rejected.get().reason(), rejected.get().detail()));
        }
        lane.take(options.admission().orElse(lane.limits().whenFull()));
        return enter(lane, request, options);
    }

    private CompletableFuture<SendResult> enter(Slots lane, PushRequest request, SendOptions options) {
        RetryPolicy policy = options.retryPolicy().orElse(retryPolicy);
        long now = time.nanoTime();
        long patience = policy.totalDeadline().toNanos();
        Instant expiresAt = request.expiresAt().orElse(null);
        long life = expiresAt == null ? Long.MAX_VALUE : nanosUntil(expiresAt);
        DirectJourney journey = new DirectJourney(
                lane.lane(),
                request,
                policy,
                options.unknownPolicy(),
                now,
                now + Math.min(life, patience),
                life <= patience,
                (future, result) -> complete(lane, future, result));
        lane.lane().enter(journey);
        return journey.result();
    }

    private long nanosUntil(Instant expiresAt) {
        Duration left = Duration.between(time.now(), expiresAt);
        // Beyond some years nanoseconds overflow, and no policy waits that long.
        return left.compareTo(Duration.ofDays(3650)) > 0 ? Long.MAX_VALUE / 2 : left.toNanos();
    }

    private void complete(Slots lane, CompletableFuture<SendResult> future, SendResult result) {
        if (closed && result instanceof SendResult.NotSent) {
            notSent.increment();
        } else if (closed && result instanceof SendResult.Unknown) {
            unknown.increment();
        }
        Runnable completion = () -> {
            try {
                future.complete(result);
            } finally {
                lane.free().release();
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

    /** Whether every direct send has ended and its future is complete. */
    boolean idle() {
        return slots.values().stream().allMatch(Slots::idle);
    }
}
