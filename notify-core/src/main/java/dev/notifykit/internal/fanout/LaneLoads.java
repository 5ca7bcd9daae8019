package dev.notifykit.internal.fanout;

import dev.notifykit.internal.lane.Lane;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many rows of a shard each lane has, and how fast they end. Belongs to the shard's actor. */
final class LaneLoads {

    /** A lane that has had nothing to do for so long is starved; two lanes of like speed never are. */
    static final Duration PATIENCE = Duration.ofMillis(50);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final class Load {
        private final Lane lane;
        private int rows;
        private int endedSinceTick;
        private double perSecond;
        private long lastEndedNanos;

        Load(Lane lane, long now) {
            this.lane = lane;
            lastEndedNanos = now;
        }
    }

    private final Map<Lane, Load> loads = new LinkedHashMap<>();
    private int total;

    /** Of the lane that was asked for last: rows come and go in runs of one lane, and each asks three times. */
    private @Nullable Load recent;

    LaneLoads(Iterable<Lane> lanes, long now) {
        for (Lane lane : lanes) {
            loads.put(lane, new Load(lane, now));
        }
    }

    private Load of(Lane lane) {
        Load load = recent;
        if (load == null || load.lane != lane) {
            load = loads.get(lane);
            if (load == null) {
                throw new IllegalArgumentException(lane + " is not one of the handler's");
            }
            recent = load;
        }
        return load;
    }

    void entered(Lane lane) {
        of(lane).rows++;
        total++;
    }

    void left(Lane lane) {
        of(lane).rows--;
        total--;
    }

    void ended(Lane lane, long now) {
        Load load = of(lane);
        load.endedSinceTick++;
        load.lastEndedNanos = now;
    }

    /** Whether a lane has so few rows that it will soon have none. */
    boolean hasRoom(Lane lane, int rows) {
        return of(lane).rows < rows;
    }

    /** Rows in all lanes together. */
    int total() {
        return total;
    }

    void tick(Duration sinceLast) {
        for (Load load : loads.values()) {
            load.perSecond = (load.perSecond + load.endedSinceTick * (1e9 / sinceLast.toNanos())) / 2;
            load.endedSinceTick = 0;
        }
    }

    /** Whether a lane that was at work lately has no row. */
    boolean isHungry() {
        return loads.values().stream().anyMatch(LaneLoads::isHungry);
    }

    /** Whether it has had none for long enough to matter. */
    boolean isStarved(long now) {
        return loads.values().stream()
                .anyMatch(load -> isHungry(load) && now - load.lastEndedNanos >= PATIENCE.toNanos());
    }

    private static boolean isHungry(Load load) {
        return load.rows == 0 && load.perSecond + load.endedSinceTick > 0;
    }

    /** About when a slow lane will have worked off so many rows; of one that stands still, as long as it has stood. */
    Duration untilDone(Lane lane, int rows, long now) {
        Load load = of(lane);
        Duration wait = load.perSecond >= 1
                ? SHORTEST.plusMillis((long) (rows * 1000L / load.perSecond))
                : SHORTEST.plusNanos(now - load.lastEndedNanos);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
