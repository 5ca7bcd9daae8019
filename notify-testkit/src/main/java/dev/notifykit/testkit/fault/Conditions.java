package dev.notifykit.testkit.fault;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What the network is like at this moment. For the proxy's thread only. */
final class Conditions {
    private final Map<Direction, Long> delays = new EnumMap<>(Direction.class);
    private final Queue<PlannedFault> planned = new ArrayDeque<>();
    private long bytesPerSecond;
    private long idleNanos;
    private IdleEnd idleEnd = IdleEnd.SILENT;
    private Flow ofNewConnections = Flow.OPEN;

    long delay(Direction direction) {
        return delays.getOrDefault(direction, 0L);
    }

    void delay(Direction direction, long nanos) {
        delays.put(direction, nanos);
    }

    /** 0: unlimited. */
    long bytesPerSecond() {
        return bytesPerSecond;
    }

    void bytesPerSecond(long value) {
        bytesPerSecond = value;
    }

    /** Whether a connection that was silent for so long has been forgotten. */
    boolean forgets(long silentNanos) {
        return idleNanos > 0 && silentNanos >= idleNanos;
    }

    IdleEnd idleEnd() {
        return idleEnd;
    }

    void killIdle(long nanos, IdleEnd end) {
        idleNanos = nanos;
        idleEnd = end;
    }

    Flow ofNewConnections() {
        return ofNewConnections;
    }

    void ofNewConnections(Flow flow) {
        ofNewConnections = flow;
    }

    void plan(PlannedFault fault) {
        planned.add(fault);
    }

    /** The fault planned for a request that begins like this. */
    @Nullable
    PlannedFault claim(ByteBuf request) {
        for (Iterator<PlannedFault> all = planned.iterator(); all.hasNext(); ) {
            PlannedFault fault = all.next();
            if (fault.isSpent()) {
                all.remove();
            } else if (fault.trigger().matches(request)) {
                fault.claim();
                return fault;
            }
        }
        return null;
    }

    void heal() {
        delays.clear();
        planned.forEach(PlannedFault::cancel);
        planned.clear();
        bytesPerSecond = 0;
        idleNanos = 0;
        ofNewConnections = Flow.OPEN;
    }
}
