package dev.notifykit.internal.limit;

import dev.notifykit.limit.Gcra;

/** A rate of this client alone. Thread-safe: the lanes of a sender may share one. */
public final class LocalRate implements Permits {

    private final double perSecond;
    private final Gcra gcra;

    /**
     * Full of permits.
     *
     * @param perSecond more than 0
     */
    public LocalRate(double perSecond) {
        this.perSecond = perSecond;
        gcra = new Gcra(perSecond);
    }

    @Override
    public synchronized long take(long now, int wanted) {
        return gcra.take(1, now) == 1 ? 0 : Math.max(1, gcra.waitNanos(now));
    }

    @Override
    public synchronized void giveBack(long now) {
        gcra.giveBack();
    }

    @Override
    public void onChange(Runnable listener) {
        // Permits come with time alone.
    }

    @Override
    public double perSecond() {
        return perSecond;
    }
}
