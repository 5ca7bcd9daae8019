package dev.notifykit.internal;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.limit.Caps;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.Target;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The end of stage (3b): has the device had its share? A journey has a place from here to its answer; the place stays taken where something has
 * reached the device, or may have.
 */
final class CapLook {

    private final Map<LaneKey, DeviceCap> byLane;
    private final @Nullable Caps caps;

    /**
     * The look.
     *
     * @param byLane of the lanes that have a cap
     * @param caps keeps them; null where there are none
     */
    CapLook(Map<LaneKey, DeviceCap> byLane, @Nullable Caps caps) {
        this.byLane = byLane;
        this.caps = caps;
    }

    /** Asks for a place; null: there is nothing to ask, or it has one. */
    @Nullable
    CompletableFuture<Caps.Look> take(LaneKey lane, Journey journey, Target device) {
        DeviceCap cap = caps == null ? null : byLane.get(lane);
        if (caps == null || cap == null || journey.hasPlace()) {
            return null;
        }
        Reservation place = Reservation.of(device, journey.id());
        journey.takePlace(place);
        return caps.reserve(place, cap);
    }

    /** What was accepted counts. */
    void keep(Journey journey) {
        journey.leavePlace();
    }

    /** Nothing has reached the device by this attempt; if nobody knows that of one before, the place stays taken. */
    void refund(Journey journey) {
        Reservation place = journey.leavePlace();
        if (caps != null && place != null && !journey.unknown()) {
            caps.refund(place);
        }
    }
}
