package dev.notifykit.internal.dedup;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.internal.dedup.Claims.Ask;
import dev.notifykit.internal.dedup.Claims.Outcome;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One message that asks for its claim until it gets a final answer: while another sends the same, and as a correction while its originals
 * are at work, it asks again. {@code this} guards its state; nothing foreign is called while it is held.
 */
final class ClaimLoop implements Claims.Waiting {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Claims claims;
    private final Ask ask;
    private final ClaimOwner owner;
    private final Consumer<Outcome> outcome;
    private boolean done;
    private boolean holding;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long correctionUntilNanos;
    private TimeSource.@Nullable Timer timer;

    ClaimLoop(Claims claims, Ask ask, ClaimOwner owner, Consumer<Outcome> outcome) {
        this.claims = claims;
        this.ask = ask;
        this.owner = owner;
        this.outcome = outcome;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a call always comes to an end, and throws nothing
    void begin() {
        long asked = claims.time.nanoTime();
        claims.calls
                .call(() -> claims.store
                        .claim(ask.key(), owner, claims.settings.terms())
                        .thenApply(this::noteClaimed))
                .whenComplete((claim, failure) -> answered(asked, claim));
    }

    private Claim noteClaimed(Claim claim) {
        if (claim instanceof Claim.New || claim instanceof Claim.Correction) {
            claims.stages.at(Stage.CLAIMED);
        }
        return claim;
    }

    /** A null claim: the store could not say. */
    private void answered(long asked, @Nullable Claim claim) {
        if (claim instanceof Claim.New granted) {
            if (granted.takenOver()) {
                claims.event(ask.message(), DedupEvent.TAKEN_OVER);
            }
            grant(asked, granted.ended());
        } else if (claim instanceof Claim.Correction correction) {
            claims.corrected(ask.key());
            correct(asked, correction.originalsEndIn());
        } else if (claim instanceof Claim.InFlight other) {
            askAgainIn(other.leaseEndsIn().toNanos());
        } else if (claim instanceof Claim.Duplicate) {
            stop(new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE));
        } else if (claim instanceof Claim.Stale) {
            stop(new SendResult.Suppressed(SendResult.Suppressed.Why.STALE));
        } else if (claims.settings.whenUnavailable() == DedupSettings.WhenUnavailable.SEND) {
            claims.event(ask.message(), DedupEvent.UNCHECKED);
            end(new Outcome.Granted(HeldClaim.unchecked(claims, ask, owner), Set.of()));
        } else {
            claims.event(ask.message(), DedupEvent.REFUSED);
            stop(new SendResult.NotSent(SendResult.NotSent.Why.STORE_UNAVAILABLE));
        }
    }

    private void grant(long asked, Set<TargetDigest> ended) {
        HeldClaim claim = HeldClaim.granted(claims, ask, owner, asked);
        if (end(new Outcome.Granted(claim, ended))) {
            return;
        }
        // Stopped while it asked: what it now holds stands in the way of others.
        release();
    }

    /** The claim is ours; the attempts of those it supersedes may last for a while. */
    private void correct(long asked, Duration originalsEndIn) {
        long now = claims.time.nanoTime();
        boolean over;
        synchronized (this) {
            if (!holding) {
                holding = true;
                correctionUntilNanos = now + ask.longestAttemptNanos();
            }
            over = originalsEndIn.isZero() || correctionUntilNanos - now <= 0;
        }
        if (over) {
            grant(asked, Set.of());
        } else {
            askAgainIn(originalsEndIn.toNanos());
        }
    }

    private void askAgainIn(long nanos) {
        long left = ask.deadlineNanos() - claims.time.nanoTime();
        if (left <= 0) {
            stop(ask.overdue());
            return;
        }
        boolean late;
        synchronized (this) {
            late = done;
            if (!late) {
                long pause = Math.min(Math.min(pauseNanos, nanos), left);
                pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
                timer = claims.time.schedule(this::begin, Duration.ofNanos(pause));
            }
        }
        if (late) {
            release();
        }
    }

    @Override
    public void stop(SendResult end) {
        boolean held;
        synchronized (this) {
            held = holding;
        }
        if (end(new Outcome.Stopped(end)) && held) {
            release();
        }
    }

    /** Whether this is the answer. */
    private boolean end(Outcome answer) {
        synchronized (this) {
            if (done) {
                return false;
            }
            done = true;
            if (timer != null) {
                timer.cancel();
            }
        }
        claims.answered(this);
        if (answer instanceof Outcome.Granted granted) {
            granted.claim().begin();
        }
        outcome.accept(answer);
        return true;
    }

    /** At best: should the store not hear it, the lease ends by itself. */
    private void release() {
        CompletableFuture<Boolean> unused = claims.calls.call(() -> claims.store.release(ask.key(), owner));
    }
}
