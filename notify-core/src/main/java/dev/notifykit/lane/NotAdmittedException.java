package dev.notifykit.lane;

/** The request was not taken: nothing was sent, nothing is held, nothing counts. The caller decides what to do with it. */
public final class NotAdmittedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Why why;

    /** Why a request was not taken. */
    public enum Why {
        /** The lane holds as many requests as it may. */
        LANE_FULL,
        /** The client is closed or about to be. */
        CLOSED
    }

    /**
     * For the client's own use.
     *
     * @param why the reason
     * @param message the reason in words
     */
    public NotAdmittedException(Why why, String message) {
        super(message);
        this.why = why;
    }

    /**
     * Why it was not taken.
     *
     * @return the reason
     */
    public Why why() {
        return why;
    }
}
