package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.PushRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a request to a channel what travels, or says which field is wrong. A broadcast has neither a collapse id nor a topic with a suffix, and
 * how long it is kept is the channel's own affair. Thread-safe.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-broadcast-push-notification-requests-to-apns">Sending
 *     broadcast push notification requests to APNs</a>
 */
final class BroadcastEncoder {

    /** For so long Apple keeps the latest push of a channel at most. */
    static final Duration LONGEST_LIFE = Duration.ofHours(8);

    static final int MAX_BYTES = 5120;

    private final InstantSource clock;

    BroadcastEncoder(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Encodes and checks everything.
     *
     * @param base the app's bundle id, unless the options say another
     */
    Encoded encode(PushRequest request, String base, JsonWriter json) {
        ApnsChannel channel = ApnsChannel.of(request.target().address());
        if (channel == null) {
            return new Encoded.Refused(
                    "INVALID_CHANNEL", "address: is no channel; ApnsChannel.address() gives one that is");
        }
        Notification n = request.notification();
        ProviderOptions set = n.options(ProviderId.APNS, ProviderOptions.class).orElse(null);
        if (!(set instanceof ApnsOptions options)
                || options.liveActivity().isEmpty()
                || options.liveActivity().get().event() == LiveActivity.Event.START) {
            return new Encoded.Refused(
                    "INVALID_OPTIONS", "liveActivity: a broadcast is an update or the end of a Live Activity");
        }
        String bundleId = options.topic().orElse(base);
        String problem = bundleIdProblem(bundleId);
        if (problem != null) {
            return new Encoded.Refused("INVALID_TOPIC", problem);
        }
        String id = request.stableId() ? request.id().toString() : null;
        Payload.write(json, n, options, PushType.LIVE_ACTIVITY, id);
        Encoded.Refused unwritable = Payload.problem(json, n, MAX_BYTES, "a broadcast");
        if (unwritable != null) {
            return unwritable;
        }
        return new Encoded.Ready(
                request,
                "",
                json.json(),
                bundleId,
                true,
                PushType.LIVE_ACTIVITY,
                options.priority().orElse(PushType.LIVE_ACTIVITY.defaultPriority()),
                expiration(request.expiresAt().orElse(null), channel),
                null,
                channel);
    }

    /** What is wrong with an id that is to stand in a path; null when nothing is. */
    static @Nullable String bundleIdProblem(String bundleId) {
        if (bundleId.isEmpty()
                || bundleId.length() > Topics.MAX_LENGTH
                || !bundleId.chars().allMatch(BroadcastEncoder::allowed)) {
            return "topic: a bundle id has letters, digits, '-' and '.' only";
        }
        return bundleId.endsWith(PushType.LIVE_ACTIVITY.topicSuffix())
                ? "topic: a channel belongs to the bundle id alone, without " + PushType.LIVE_ACTIVITY.topicSuffix()
                : null;
    }

    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    }

    /** Apple refuses all but 0 where nothing is kept: then the request's own end holds on our side of the road. */
    private Instant expiration(@Nullable Instant expiresAt, ApnsChannel channel) {
        return channel.storage() == ApnsChannel.Storage.NONE
                ? Instant.EPOCH
                : RequestEncoder.expiration(expiresAt, clock.instant().plus(LONGEST_LIFE));
    }
}
