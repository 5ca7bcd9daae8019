package dev.notifykit.internal.lane;

import dev.notifykit.push.PushResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The credential behind one or more lanes: what the vendor holds against it stops all of them. Thread-safe; its lock is held for a few
 * instructions and nothing is called under it.
 */
public final class Sender {

    /** The reason of a pause for an abnormal share of dead tokens. Only an accepted probe ends it. */
    static final String DEAD_TOKENS = "DEAD_TOKENS";

    private final List<Runnable> onResume = new CopyOnWriteArrayList<>();
    private final long firstProbeNanos;
    private final long maxProbeNanos;

    /** Neither paused nor blocked: one read on the hot path instead of the lock. */
    private volatile boolean open = true;

    private @Nullable String pausedFor;
    private boolean byHost;
    private boolean probing;
    private long nextProbeNanos;
    private long probeIntervalNanos;
    private boolean blocked;
    private long blockedUntilNanos;

    /**
     * Open.
     *
     * @param firstProbe how long it is paused before the first probe
     * @param maxProbe the longest wait between two probes
     */
    public Sender(Duration firstProbe, Duration maxProbe) {
        firstProbeNanos = firstProbe.toNanos();
        maxProbeNanos = Math.max(firstProbeNanos, maxProbe.toNanos());
    }

    /**
     * Asks to be told when a pause ends.
     *
     * @param listener quick
     * @return takes the request back
     */
    public Runnable onResume(Runnable listener) {
        onResume.add(listener);
        return () -> onResume.remove(listener);
    }

    /** Whether attempts may begin. */
    boolean isOpen() {
        return open;
    }

    /**
     * Why it is paused.
     *
     * @return the reason; null while it is not
     */
    public synchronized @Nullable String pausedFor() {
        return pausedFor;
    }

    /**
     * Until the next probe of a paused sender is due.
     *
     * @param now a monotonic reading
     * @return nanoseconds; {@link Long#MAX_VALUE} while none will come
     */
    public synchronized long untilProbe(long now) {
        return pausedFor == null || byHost || probing ? Long.MAX_VALUE : Math.max(0, nextProbeNanos - now);
    }

    /** Stops all lanes of the credential. The probes of a sender that is paused already go on as they were. */
    synchronized void pause(String reason, long now) {
        if (pausedFor == null) {
            pausedFor = reason;
            open = false;
            probing = false;
            probeIntervalNanos = firstProbeNanos;
            nextProbeNanos = now + probeIntervalNanos;
        }
    }

    /**
     * Stops all lanes of the credential until the host resumes it.
     *
     * @param reason the host's
     */
    public synchronized void pauseByHost(String reason) {
        pausedFor = reason;
        open = false;
        byHost = true;
        probing = false;
    }

    /** Lets all lanes go on. */
    public void resume() {
        synchronized (this) {
            pausedFor = null;
            open = !blocked;
            byHost = false;
            probing = false;
        }
        onResume.forEach(Runnable::run);
    }

    /** Whether the caller's attempt is the probe. If so, {@link #probeAnswered} must follow. */
    synchronized boolean takeProbe(long now) {
        if (untilProbe(now) != 0) {
            return false;
        }
        probing = true;
        return true;
    }

    /** Without an answer that says something of the credential, the next probe comes after the same wait. */
    void probeAnswered(PushResponse response, long now) {
        boolean mended;
        synchronized (this) {
            if (pausedFor == null) {
                return;
            }
            mended = response instanceof PushResponse.Accepted
                    || (!pausedFor.equals(DEAD_TOKENS)
                            && (response instanceof PushResponse.TokenInvalid
                                    || response instanceof PushResponse.Rejected
                                    || response instanceof PushResponse.Throttled));
            probing = false;
            if (response instanceof PushResponse.Misconfigured) {
                probeIntervalNanos = Math.min(maxProbeNanos, 2 * probeIntervalNanos);
            }
            nextProbeNanos = now + probeIntervalNanos;
        }
        if (mended) {
            resume();
        }
    }

    /** The probe was not made after all. */
    synchronized void probeNotMade() {
        probing = false;
    }

    /** The vendor asks the whole credential to wait. */
    synchronized void block(long nanos, long now) {
        if (!blocked || now + nanos - blockedUntilNanos > 0) {
            blocked = true;
            open = false;
            blockedUntilNanos = now + nanos;
        }
    }

    /** Until the vendor lets it go on; 0 when it does. */
    synchronized long blockedFor(long now) {
        if (blocked && blockedUntilNanos - now <= 0) {
            blocked = false;
            open = pausedFor == null;
        }
        return blocked ? blockedUntilNanos - now : 0;
    }
}
