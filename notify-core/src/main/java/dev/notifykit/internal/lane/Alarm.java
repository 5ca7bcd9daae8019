package dev.notifykit.internal.lane;

import dev.notifykit.internal.work.Serial;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one timer of an actor, which wakes it when something is due; one that fires too early does no harm. Belongs to the actor. */
final class Alarm {

    private final TimeSource time;
    private final Serial actor;
    private TimeSource.@Nullable Timer timer;
    private long atNanos = Long.MAX_VALUE;

    Alarm(TimeSource time, Serial actor) {
        this.time = time;
        this.actor = actor;
    }

    /**
     * Wakes the actor after so long, unless it is woken before.
     *
     * @param nanos {@link Long#MAX_VALUE}: no need
     */
    void in(long nanos, long now) {
        if (nanos == Long.MAX_VALUE || (timer != null && atNanos - (now + nanos) <= 0)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        atNanos = now + nanos;
        timer = time.schedule(
                () -> actor.tell(() -> {
                    timer = null;
                    atNanos = Long.MAX_VALUE;
                }),
                Duration.ofNanos(Math.max(0, nanos)));
    }
}
