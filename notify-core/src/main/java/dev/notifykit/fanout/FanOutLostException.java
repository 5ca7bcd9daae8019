package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;

/**
 * The store does not know a fan-out that was there. One that has ended is forgotten after {@link ProgressStore#KEPT_AFTER_END}; one that has
 * not ended was lost with the store's contents, and did not reach everybody.
 */
public final class FanOutLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For the client's own use.
     *
     * @param id the fan-out
     */
    public FanOutLostException(FanOutId id) {
        super("fan-out " + id + " is not in the store any more");
    }
}
