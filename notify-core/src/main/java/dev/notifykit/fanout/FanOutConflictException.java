package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;

/** A fan-out of this id exists, and its spec is another one. Nothing was launched. */
public final class FanOutConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For the client's own use.
     *
     * @param id the id that is taken
     */
    public FanOutConflictException(FanOutId id) {
        super("fan-out " + id + " exists with another spec; choose another id, or launch the same spec to join it");
    }
}
