package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;
import java.util.concurrent.CompletableFuture;

/** A handle on one fan-out. Thread-safe; any number of handles, on any instance, speak of the same fan-out. */
public interface FanOut {

    /**
     * Which fan-out.
     *
     * @return its id
     */
    FanOutId id();

    /**
     * How far it is.
     *
     * @return a fresh reading
     * @throws FanOutLostException when the store does not know it any more
     */
    FanOutProgress progress();

    /** Stops it for now: what is in flight ends, nothing else begins within a second. Without effect once it has ended. */
    void pause();

    /** Lets it go on. Without effect unless it is paused. */
    void resume();

    /**
     * Ends it: what is in flight ends as it ends, every other recipient read so far ends {@code Cancelled}, and the rest of the
     * audience is not read. Without effect once it has ended; a second call is harmless.
     */
    void cancel();

    /**
     * Its end.
     *
     * @return a future that completes with the final progress when the fan-out has ended; it fails when the client is closed before, and
     *     with a {@link FanOutLostException} when the store has lost the fan-out. Cancelling the future does not cancel the fan-out
     */
    CompletableFuture<FanOutProgress> completion();
}
