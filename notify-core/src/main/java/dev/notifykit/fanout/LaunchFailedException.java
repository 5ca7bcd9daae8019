package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;

/** The audience could not be split in shards. Nothing was launched; the cause says why. */
public final class LaunchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For the client's own use.
     *
     * @param id the fan-out
     * @param cause what the audience threw
     */
    public LaunchFailedException(FanOutId id, Throwable cause) {
        super("fan-out " + id + " was not launched: its audience could not be split", cause);
    }
}
