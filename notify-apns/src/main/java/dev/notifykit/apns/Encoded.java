package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a request before any of it was sent. */
sealed interface Encoded {

    /**
     * Ready to travel.
     *
     * @param token hexadecimal in lower case; empty for a broadcast
     * @param topic with the suffix of its push type; for a broadcast the bundle id alone
     * @param requestTopic whether the request had a say in the topic, so that a refusal of it is not the sender's fault
     * @param channel where it goes to; null for a device
     */
    record Ready(
            PushRequest request,
            String token,
            String payload,
            String topic,
            boolean requestTopic,
            PushType type,
            Priority priority,
            Instant expiration,
            @Nullable String collapseId,
            @Nullable ApnsChannel channel)
            implements Encoded {

        /** Whether pushy has words for it; what it has none for takes our own wire. */
        boolean forPushy() {
            return channel == null && type.pushy() != null && priority.pushy() != null;
        }

        /** Shows neither token nor payload. */
        @Override
        public String toString() {
            return "Ready[" + request.id() + "]";
        }
    }

    /** Wrong, and nothing was sent. */
    record Refused(PushResponse.Rejected response) implements Encoded {

        Refused(String reason, String detail) {
            this(new PushResponse.Rejected(reason, detail));
        }
    }
}
