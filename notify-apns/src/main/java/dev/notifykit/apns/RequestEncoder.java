package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.PushRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a request the headers and the body that travel, or says which field is wrong. Everything that Apple would refuse and that can
 * be known here is refused here: an error at Apple costs a round trip and brings the connection nearer to its end. Thread-safe.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Sending
 *     notification requests to APNs</a>
 */
final class RequestEncoder {

    /**
     * The expiration of a request that names none. Apple keeps a notification for 30 days at most, and without the header it does
     * just that; pushy cannot leave the header out and says 0 instead, which means "try once, keep nothing".
     */
    static final Duration LONGEST_LIFE = Duration.ofDays(30);

    /** Apple's limit of {@code apns-collapse-id}, in bytes. */
    static final int MAX_COLLAPSE_ID = 64;

    /** Where only the length counts: making text of an id costs as much as writing it. */
    private static final String ANY_ID = new UUID(0, 0).toString();

    private final Environment environment;
    private final @Nullable String defaultTopic;
    private final InstantSource clock;

    RequestEncoder(Environment environment, @Nullable String defaultTopic, InstantSource clock) {
        this.environment = environment;
        this.defaultTopic = defaultTopic;
        this.clock = clock;
    }

    /** Encodes and checks everything. */
    Encoded encode(PushRequest request) {
        return encode(request, new JsonWriter());
    }

    /** Only checks, by measuring what would be written. */
    Encoded.@Nullable Refused check(PushRequest request) {
        return encode(request, JsonWriter.measuring()) instanceof Encoded.Refused refused ? refused : null;
    }

    private Encoded encode(PushRequest request, JsonWriter json) {
        if (!request.target().provider().equals(ProviderId.APNS)
                || request.target().environment() != environment) {
            return new Encoded.Refused("WRONG_TARGET", "target: this service sends to apns " + environment);
        }
        String address = request.target().address();
        String token = DeviceToken.normalize(address);
        if (token == null) {
            return new Encoded.Refused("INVALID_TOKEN", DeviceToken.problem(address));
        }
        Notification n = request.notification();
        ProviderOptions set = n.options(ProviderId.APNS, ProviderOptions.class).orElse(null);
        if (set != null && !(set instanceof ApnsOptions)) {
            return new Encoded.Refused("INVALID_OPTIONS", "options: those for apns must be ApnsOptions");
        }
        ApnsOptions options = (ApnsOptions) set;
        PushType type = type(n, options);
        Encoded.Refused contradiction = contradiction(n, options, type);
        return contradiction != null ? contradiction : encode(request, token, options, type, json);
    }

    private Encoded encode(
            PushRequest request, String token, @Nullable ApnsOptions options, PushType type, JsonWriter json) {
        String base =
                defaultTopic != null ? defaultTopic : request.target().app().value();
        String ownTopic = options == null ? null : options.topic().orElse(null);
        String topic = ownTopic != null ? ownTopic : Topics.derive(base, type);
        String topicProblem = ownTopic == null ? null : Topics.problem(ownTopic, type, base);
        if (topicProblem != null) {
            return new Encoded.Refused("INVALID_TOPIC", topicProblem);
        }
        String anyId = json.keepsText() ? request.id().toString() : ANY_ID;
        String id = request.stableId() ? anyId : null;
        String collapseId = request.collapseId().orElse(type == PushType.ALERT ? id : null);
        if (collapseId != null && !validCollapseId(collapseId)) {
            return new Encoded.Refused(
                    "INVALID_COLLAPSE_ID",
                    "collapseId: must be 1 to " + MAX_COLLAPSE_ID
                            + " bytes of printable ASCII without a space at its ends; this one has "
                            + collapseId.length() + " characters");
        }
        Notification n = request.notification();
        if (n.image().isPresent() && n.data().containsKey(Payload.IMAGE_KEY)) {
            return new Encoded.Refused("INVALID_DATA", "data: the key " + Payload.IMAGE_KEY + " is taken by the image");
        }
        Payload.write(json, n, options, type, id);
        String malformed = Payload.malformedField(json, n);
        if (malformed != null) {
            return new Encoded.Refused("INVALID_TEXT", malformed + ": holds half of a surrogate pair");
        }
        if (json.bytes() > type.maxPayloadBytes()) {
            return new Encoded.Refused(
                    "PAYLOAD_TOO_LARGE",
                    "notification: " + json.bytes() + " bytes of payload, at most " + type.maxPayloadBytes() + " for "
                            + type);
        }
        // A suffix is the request's choice too: what Apple says of such a topic must not stop the sender.
        boolean requestTopic = ownTopic != null || !type.topicSuffix().isEmpty();
        return new Encoded.Ready(
                request,
                token,
                json.json(),
                topic,
                requestTopic,
                type,
                priority(options, type),
                expiration(request.expiresAt().orElse(null)),
                collapseId);
    }

    private static PushType type(Notification n, @Nullable ApnsOptions options) {
        PushType byContent = n.background() ? PushType.BACKGROUND : PushType.ALERT;
        return options == null ? byContent : options.pushType().orElse(byContent);
    }

    private static Priority priority(@Nullable ApnsOptions options, PushType type) {
        return options == null ? type.defaultPriority() : options.priority().orElse(type.defaultPriority());
    }

    private static Encoded.@Nullable Refused contradiction(
            Notification n, @Nullable ApnsOptions options, PushType type) {
        if (type == PushType.ALERT && n.background()) {
            return new Encoded.Refused("INVALID_PUSH_TYPE", "pushType: ALERT, but the notification shows nothing");
        }
        if (type != PushType.BACKGROUND) {
            return null;
        }
        if (!n.background()) {
            return new Encoded.Refused(
                    "INVALID_PUSH_TYPE", "pushType: BACKGROUND, but the notification shows something");
        }
        if (priority(options, type) != Priority.CONSERVE_POWER) {
            return new Encoded.Refused("INVALID_PRIORITY", "priority: a background push has 5, Apple refuses 10");
        }
        if (options == null) {
            return null;
        }
        boolean presents = options.mutableContent()
                || options.interruptionLevel().isPresent()
                || options.relevanceScore().isPresent()
                || options.targetContentId().isPresent();
        return presents
                ? new Encoded.Refused(
                        "INVALID_OPTIONS",
                        "mutableContent, interruptionLevel, relevanceScore, targetContentId: not for a background push,"
                                + " which shows nothing")
                : null;
    }

    /**
     * Whole seconds, as the header has them, rounded up so that the vendor's end is not before the host's; never past Apple's own
     * limit, which also keeps pushy's 32 bits from overflowing in 2038.
     */
    private Instant expiration(@Nullable Instant expiresAt) {
        Instant latest = clock.instant().plus(LONGEST_LIFE);
        if (expiresAt == null || expiresAt.isAfter(latest)) {
            return latest;
        }
        return expiresAt.getNano() == 0 ? expiresAt : Instant.ofEpochSecond(expiresAt.getEpochSecond() + 1);
    }

    private static boolean validCollapseId(String value) {
        int last = value.length() - 1;
        if (last < 0 || last >= MAX_COLLAPSE_ID || value.charAt(0) == ' ' || value.charAt(last) == ' ') {
            return false;
        }
        for (int i = 0; i <= last; i++) { // no stream: every request comes by
            char c = value.charAt(i);
            if (c < ' ' || c >= 127) {
                return false;
            }
        }
        return true;
    }
}
