package dev.notifykit.internal.dedup;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.internal.dedup.Claims.Ask;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.push.MessageId;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A claim while its message lives here. It is renewed after a third of its lease, is in force until a sixth before the lease's end, and
 * learns at a renewal that it was superseded or lost. {@code this} guards {@code renewal} and {@code over}; nothing foreign is called
 * while it is held.
 */
public final class HeldClaim implements Hold {

    private static final int RENEWALS_PER_LEASE = 3;
    private static final int MARGINS_PER_LEASE = 6;

    /** Each call of the store has its own timeout besides; together they stay below a usual grace. */
    private static final int TRIES_TO_END = 3;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

    private final Claims claims;
    private final MessageId message;
    private final DedupKey key;
    private final ClaimOwner owner;
    private final boolean checked;
    private final long leaseNanos;
    private volatile long inForceUntilNanos;
    private volatile @Nullable SendResult lost;
    private volatile Runnable whenLost = () -> {};
    private boolean over;
    private TimeSource.@Nullable Timer renewal;

    private HeldClaim(Claims claims, Ask ask, ClaimOwner owner, boolean checked, long inForceUntilNanos) {
        this.claims = claims;
        this.message = ask.message();
        this.key = ask.key();
        this.owner = owner;
        this.checked = checked;
        this.inForceUntilNanos = inForceUntilNanos;
        leaseNanos = claims.settings.lease().toNanos();
    }

    static HeldClaim granted(Claims claims, Ask ask, ClaimOwner owner, long asked) {
        return new HeldClaim(
                claims, ask, owner, true, asked + trust(claims.settings.lease().toNanos()));
    }

    /** The store never answered, and the policy is to send all the same: nothing takes it away, and its end is told if possible. */
    static HeldClaim unchecked(Claims claims, Ask ask, ClaimOwner owner) {
        return new HeldClaim(claims, ask, owner, false, 0);
    }

    private static long trust(long leaseNanos) {
        return leaseNanos - leaseNanos / MARGINS_PER_LEASE;
    }

    String keyId() {
        return key.id();
    }

    void begin() {
        if (checked) {
            claims.begun(this);
            renewLater();
        }
    }

    /**
     * Who wants to know when it is lost, once.
     *
     * @param task short, runs on any thread
     */
    public void whenLost(Runnable task) {
        whenLost = task;
        if (lost != null) {
            task.run();
        }
    }

    // ---- while it holds

    @Override
    public @Nullable SendResult lost() {
        return lost;
    }

    @Override
    public boolean inForce() {
        return !checked || lost != null || inForceUntilNanos - claims.time.nanoTime() > 0;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a call always comes to an end, and throws nothing
    public void regain(Runnable then) {
        askForStanding().whenComplete((standing, failure) -> {
            if (failure != null) {
                withoutWord();
            }
            then.run();
        });
    }

    /** Asks the store what has become of it. */
    void renew() {
        CompletableFuture<Standing> unused = askForStanding();
    }

    private CompletableFuture<Standing> askForStanding() {
        long asked = claims.time.nanoTime();
        return claims.calls
                .call(() -> claims.store.renew(key, owner, claims.settings.terms()))
                .whenComplete((standing, failure) -> {
                    if (standing == Standing.HELD) {
                        inForceUntilNanos = asked + trust(leaseNanos);
                    } else if (standing == Standing.SUPERSEDED) {
                        lose(new SendResult.Suppressed(SendResult.Suppressed.Why.SUPERSEDED), null);
                    } else if (standing == Standing.LOST) {
                        lose(new SendResult.NotSent(SendResult.NotSent.Why.CLAIMED_ELSEWHERE), DedupEvent.LOST);
                    }
                });
    }

    private void withoutWord() {
        if (claims.settings.whenUnavailable() == DedupSettings.WhenUnavailable.SEND) {
            claims.event(message, DedupEvent.UNCHECKED);
            inForceUntilNanos = claims.time.nanoTime() + leaseNanos / RENEWALS_PER_LEASE;
        } else {
            lose(new SendResult.NotSent(SendResult.NotSent.Why.STORE_UNAVAILABLE), DedupEvent.REFUSED);
        }
    }

    private void lose(SendResult how, @Nullable DedupEvent event) {
        synchronized (this) {
            if (over || lost != null) {
                return;
            }
            lost = how;
        }
        if (event != null) {
            claims.event(message, event);
        }
        whenLost.run();
    }

    private void renewLater() {
        synchronized (this) {
            if (!over) {
                renewal = claims.time.schedule(
                        () -> {
                            renew();
                            renewLater();
                        },
                        Duration.ofNanos(leaseNanos / RENEWALS_PER_LEASE));
            }
        }
    }

    // ---- its end

    /**
     * Its message has ended at all of its targets.
     *
     * @param confirmed how they ended; null: it was not said, and may be said again
     * @return completes, never fails, when the store knows, or cannot be told
     */
    public CompletableFuture<Void> end(@Nullable TargetEnds confirmed) {
        synchronized (this) {
            over = true;
            if (renewal != null) {
                renewal.cancel();
            }
        }
        claims.ended(this);
        CompletableFuture<Void> told = new CompletableFuture<>();
        tell(confirmed, TRIES_TO_END, told);
        return told;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a call always comes to an end, and throws nothing
    private void tell(@Nullable TargetEnds confirmed, int tries, CompletableFuture<Void> told) {
        claims.calls.call(() -> said(confirmed).thenApply(this::noteEnded)).whenComplete((known, failure) -> {
            if (failure == null) {
                told.complete(null);
            } else if (tries > 1) {
                claims.time.schedule(() -> tell(confirmed, tries - 1, told), BETWEEN_TRIES);
            } else {
                claims.event(message, DedupEvent.UNCONFIRMED);
                told.complete(null);
            }
        });
    }

    private Boolean noteEnded(Boolean known) {
        claims.stages.at(Stage.CLAIM_ENDED);
        return known;
    }

    private CompletionStage<Boolean> said(@Nullable TargetEnds confirmed) {
        if (confirmed == null) {
            return claims.store.release(key, owner);
        }
        Supplier<CompletionStage<Boolean>> confirm =
                () -> claims.store.confirm(key, owner, confirmed, claims.settings.ttl());
        // Where the claim itself was never answered, nobody knows whether the store has noted it.
        return checked
                ? confirm.get()
                : claims.calls
                        .call(() -> claims.store.claim(key, owner, claims.settings.terms()))
                        .thenCompose(claim -> claim instanceof Claim.New || claim instanceof Claim.Correction
                                ? confirm.get()
                                : CompletableFuture.completedFuture(false));
    }
}
