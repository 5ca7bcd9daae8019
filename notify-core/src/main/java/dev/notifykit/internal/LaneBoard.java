package dev.notifykit.internal;

import dev.notifykit.internal.lane.Lane;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneState;
import dev.notifykit.lane.Lanes;
import java.util.List;
import java.util.Map;

/** The client's lanes as the host sees them. */
record LaneBoard(Map<LaneKey, Lane> lanes) implements Lanes {

    @Override
    public List<LaneState> all() {
        return lanes.values().stream().map(Lane::state).toList();
    }

    @Override
    public LaneState state(LaneKey key) {
        return lane(key).state();
    }

    @Override
    public void pause(LaneKey key, String reason) {
        lane(key).sender().pauseByHost(reason);
    }

    @Override
    public void resume(LaneKey key) {
        lane(key).sender().resume();
    }

    private Lane lane(LaneKey key) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            throw new IllegalArgumentException("no lane " + key + " was registered; registered are " + lanes.keySet());
        }
        return lane;
    }
}
