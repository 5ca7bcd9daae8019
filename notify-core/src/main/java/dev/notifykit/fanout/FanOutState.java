package dev.notifykit.fanout;

/** What a fan-out is doing. */
public enum FanOutState {
    /** It is worked on, or will be by the next free instance. */
    RUNNING,
    /** The host paused it; what is in flight ends. */
    PAUSED,
    /** Something outside is missing; {@link FanOutProgress#reason()} says what. It goes on by itself. */
    WAITING,
    /** Every recipient has a result. */
    COMPLETED,
    /** The host cancelled it, and every recipient that had been read has a result. */
    CANCELLED,
    /** At least one shard could not be read to its end; every recipient that had been read has a result. */
    FAILED;

    /**
     * Whether nothing will change any more.
     *
     * @return true for completed, cancelled and failed
     */
    public boolean isEnd() {
        return this == COMPLETED || this == CANCELLED || this == FAILED;
    }
}
