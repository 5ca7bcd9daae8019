package dev.notifykit.internal;

import dev.notifykit.internal.lane.Journey;
import dev.notifykit.result.SendResult;
import dev.notifykit.time.TimeSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Stage (3b), before every attempt: has anything happened meanwhile that ends the request? */
final class LastLook {

    private final TimeSource time;

    LastLook(TimeSource time) {
        this.time = time;
    }

    /** The end it comes to, or null: the attempt may be made. */
    @Nullable
    SendResult stops(Journey journey) {
        SendResult stopped = journey.stopped();
        if (stopped != null) {
            return journey.orUnknown(stopped);
        }
        Instant expiresAt = journey.expiresAt();
        if (expiresAt != null && !time.now().isBefore(expiresAt)) {
            return journey.orUnknown(new SendResult.Expired());
        }
        return null;
    }
}
