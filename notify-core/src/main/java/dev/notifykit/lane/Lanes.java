package dev.notifykit.lane;

import java.util.List;

/** The client's lanes, to look at and to steer by hand. Thread-safe. */
public interface Lanes {

    /**
     * All lanes.
     *
     * @return one state each, in the order in which they were registered
     */
    List<LaneState> all();

    /**
     * One lane.
     *
     * @param key which
     * @return its state
     * @throws IllegalArgumentException when the client has no such lane
     */
    LaneState state(LaneKey key);

    /**
     * Pauses a lane's sender, and with it every lane on the same credential: what is in flight ends, nothing begins, and no probe
     * is made until {@link #resume}.
     *
     * @param key which
     * @param reason for {@link LaneState#paused()}
     * @throws IllegalArgumentException when the client has no such lane
     */
    void pause(LaneKey key, String reason);

    /**
     * Ends a pause at once, for instance after a credential was replaced.
     *
     * @param key which
     * @throws IllegalArgumentException when the client has no such lane
     */
    void resume(LaneKey key);
}
