package dev.notifykit.internal.lane;

import dev.notifykit.internal.limit.Permits;
import java.util.concurrent.TimeUnit;

/**
 * What an attempt needs before it begins, asked for in this order: a sender that is open, or the right to its probe; a permit of the rate; the breaker's. Of each
 * one is taken for one attempt, and goes back when that does not begin. Belongs to its lane's actor.
 */
final class Admission {

    /** It may begin. */
    static final long GO = -1;

    /** How often an open breaker is asked again. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Sender sender;
    private final Permits rate;
    private final Breaker breaker;
    private long takenAtNanos;
    private boolean probe;
    private boolean senderPaused;

    Admission(Sender sender, Permits rate, Breaker breaker) {
        this.sender = sender;
        this.rate = rate;
        this.breaker = breaker;
    }

    /**
     * Asks for one attempt.
     *
     * @param now a monotonic reading
     * @param wanted how many could begin now
     * @return {@link #GO}; otherwise when to ask again, in nanoseconds, if it is not an answer that frees the way
     */
    long ask(long now, int wanted) {
        takenAtNanos = now;
        probe = false;
        senderPaused = false;
        if (!sender.isOpen()) {
            long wait = askSender(now);
            if (wait != GO) {
                return wait;
            }
        }
        long wait = rate.take(now, wanted);
        if (wait == 0 && !breaker.tryBegin()) {
            rate.giveBack(now);
            wait = ASK_AGAIN_NANOS;
        }
        if (wait == 0) {
            return GO;
        }
        if (probe) {
            sender.probeNotMade();
        }
        return wait;
    }

    private long askSender(long now) {
        if (sender.pausedFor() == null) {
            long blocked = sender.blockedFor(now);
            return blocked > 0 ? blocked : GO;
        }
        probe = sender.takeProbe(now);
        senderPaused = !probe;
        return probe ? GO : sender.untilProbe(now);
    }

    /** Whether it was for a paused sender that the last one who asked may not begin. */
    boolean isSenderPaused() {
        return senderPaused;
    }

    /** Whether the attempt that may begin is its sender's probe. */
    boolean isProbe() {
        return probe;
    }

    /**
     * Asks for an attempt that was let in before and had to wait. Its sender may have been paused since, and its permit be too old.
     *
     * @return whether it may begin
     */
    boolean askAgain(boolean wasProbe, long wasTakenAtNanos, long now) {
        probe = wasProbe;
        takenAtNanos = wasTakenAtNanos;
        if (!probe && !sender.isOpen()) {
            return false;
        }
        if (isFresh(now)) {
            return true;
        }
        if (rate.take(now, 1) != 0) {
            return false;
        }
        takenAtNanos = now;
        return true;
    }

    /** What was let in does not begin. */
    void notMade(long now) {
        if (isFresh(now)) {
            rate.giveBack(now);
        }
        breaker.notMade();
        if (probe) {
            sender.probeNotMade();
        }
    }

    private boolean isFresh(long now) {
        return now - takenAtNanos < Permits.LIFE.toNanos();
    }
}
