package dev.notifykit.testkit.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A fault that waits for its request: what {@link NextRequest} returns, so that a test can wait for the fault instead of guessing when it
 * came. Thread-safe.
 */
public final class PlannedFault {
    private final Fault fault;
    private final Trigger trigger;
    private final int replyBytes;
    private final int times;
    private final CountDownLatch open;
    private volatile boolean cancelled;
    private int unclaimed; // the proxy's thread only

    PlannedFault(Fault fault, Trigger trigger, int times, int replyBytes) {
        this.fault = fault;
        this.trigger = trigger;
        this.times = times;
        this.replyBytes = replyBytes;
        this.unclaimed = times;
        this.open = new CountDownLatch(times);
    }

    /** How many requests it has hit. */
    public int applied() {
        return times - (int) open.getCount();
    }

    /**
     * Waits until it has hit as many requests as planned.
     *
     * @return false when the time ran out first
     */
    public boolean await(Duration timeout) throws InterruptedException {
        return open.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Takes it back; a request that was already chosen for it stays chosen. {@link FaultProxy#heal()} cancels all. */
    public void cancel() {
        cancelled = true;
    }

    Fault fault() {
        return fault;
    }

    Trigger trigger() {
        return trigger;
    }

    /** How much of the reply gets through before the connection is closed. */
    int replyBytes() {
        return replyBytes;
    }

    /** Takes one of the planned hits. */
    void claim() {
        unclaimed--;
    }

    boolean isSpent() {
        return cancelled || unclaimed == 0;
    }

    void hit() {
        open.countDown();
    }

    @Override
    public String toString() {
        return fault + " (" + applied() + " of " + times + (cancelled ? ", cancelled)" : ")");
    }
}
