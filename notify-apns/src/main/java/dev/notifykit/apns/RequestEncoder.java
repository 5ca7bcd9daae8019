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
    private final Forms forms = new Forms();
    private final BroadcastEncoder broadcasts;

    RequestEncoder(Environment environment, @Nullable String defaultTopic, InstantSource clock) {
        this.environment = environment;
        this.defaultTopic = defaultTopic;
        this.clock = clock;
        broadcasts = new BroadcastEncoder(clock);
    }

    /** Encodes and checks everything. */
    Encoded encode(PushRequest request) {
        Encoded.Refused problem = targetProblem(request);
        if (problem != null) {
            return problem;
        }
        String base = base(request);
        if (ApnsChannel.isChannel(request.target().address())) {
            return broadcasts.encode(request, base, new JsonWriter());
        }
        String token = DeviceToken.normalize(request.target().address());
        if (token == null) {
            return invalidToken(request);
        }
        String id = request.stableId() ? request.id().toString() : ANY_ID;
        PayloadForm form = forms.find(request, base);
        if (form != null) {
            problem = collapseIdProblem(request);
            return problem == null ? ready(request, token, id, form, form.payload(id)) : problem;
        }
        JsonWriter json = new JsonWriter();
        problem = contentProblem(request, base, json, id);
        if (problem != null) {
            return problem;
        }
        String payload = json.json();
        form = form(request, base, payload);
        forms.add(form);
        return ready(request, token, id, form, payload);
    }

    private Encoded.Ready ready(PushRequest request, String token, String id, PayloadForm form, String payload) {
        String ownId = form.type() == PushType.ALERT && request.stableId() ? id : null;
        return new Encoded.Ready(
                request,
                token,
                payload,
                form.topic(),
                form.requestTopic(),
                form.type(),
                form.priority(),
                expiration(request.expiresAt().orElse(null), clock.instant().plus(LONGEST_LIFE)),
                request.collapseId().orElse(ownId),
                null);
    }

    /** Only checks, by measuring what would be written. */
    Encoded.@Nullable Refused check(PushRequest request) {
        Encoded.Refused problem = targetProblem(request);
        if (problem != null) {
            return problem;
        }
        String base = base(request);
        if (ApnsChannel.isChannel(request.target().address())) {
            Encoded encoded = broadcasts.encode(request, base, JsonWriter.measuring());
            return encoded instanceof Encoded.Refused refused ? refused : null;
        }
        if (DeviceToken.normalize(request.target().address()) == null) {
            return invalidToken(request);
        }
        return forms.find(request, base) != null
                ? collapseIdProblem(request)
                : contentProblem(request, base, JsonWriter.measuring(), ANY_ID);
    }

    private Encoded.@Nullable Refused targetProblem(PushRequest request) {
        return request.target().provider().equals(ProviderId.APNS)
                        && request.target().environment() == environment
                ? null
                : new Encoded.Refused("WRONG_TARGET", "target: this service sends to apns " + environment);
    }

    private static Encoded.Refused invalidToken(PushRequest request) {
        return new Encoded.Refused(
                "INVALID_TOKEN", DeviceToken.problem(request.target().address()));
    }

    private String base(PushRequest request) {
        return defaultTopic != null ? defaultTopic : request.target().app().value();
    }

    /** What is wrong with what the request says; if nothing is, it has been written. */
    private static Encoded.@Nullable Refused contentProblem(
            PushRequest request, String base, JsonWriter json, String id) {
        Notification n = request.notification();
        ProviderOptions set = n.options(ProviderId.APNS, ProviderOptions.class).orElse(null);
        if (set != null && !(set instanceof ApnsOptions)) {
            return new Encoded.Refused("INVALID_OPTIONS", "options: those for apns must be ApnsOptions");
        }
        ApnsOptions options = (ApnsOptions) set;
        PushType type = type(n, options);
        Encoded.Refused problem = contradiction(n, options, type);
        if (problem != null) {
            return problem;
        }
        String ownTopic = ownTopic(options);
        String topicProblem = ownTopic == null ? null : Topics.problem(ownTopic, type, base);
        if (topicProblem != null) {
            return new Encoded.Refused("INVALID_TOPIC", topicProblem);
        }
        problem = collapseIdProblem(request);
        if (problem != null) {
            return problem;
        }
        if (n.image().isPresent() && n.data().containsKey(Payload.IMAGE_KEY)) {
            return new Encoded.Refused("INVALID_DATA", "data: the key " + Payload.IMAGE_KEY + " is taken by the image");
        }
        Payload.write(json, n, options, type, request.stableId() ? id : null);
        return Payload.problem(json, n, type.maxPayloadBytes(), type.toString());
    }

    private static PayloadForm form(PushRequest request, String base, String payload) {
        Notification n = request.notification();
        ApnsOptions options = n.options(ProviderId.APNS, ApnsOptions.class).orElse(null);
        PushType type = type(n, options);
        String ownTopic = ownTopic(options);
        return new PayloadForm(
                request,
                base,
                payload,
                ownTopic != null ? ownTopic : Topics.derive(base, type),
                // A suffix is the request's choice too: what Apple says of such a topic must not stop the sender.
                ownTopic != null || !type.topicSuffix().isEmpty(),
                type,
                priority(options, type));
    }

    private static Encoded.@Nullable Refused collapseIdProblem(PushRequest request) {
        String collapseId = request.collapseId().orElse(null);
        return collapseId == null || validCollapseId(collapseId)
                ? null
                : new Encoded.Refused(
                        "INVALID_COLLAPSE_ID",
                        "collapseId: must be 1 to " + MAX_COLLAPSE_ID
                                + " bytes of printable ASCII without a space at its ends; this one has "
                                + collapseId.length() + " characters");
    }

    private static @Nullable String ownTopic(@Nullable ApnsOptions options) {
        return options == null ? null : options.topic().orElse(null);
    }

    private static PushType type(Notification n, @Nullable ApnsOptions options) {
        PushType byContent = n.background() ? PushType.BACKGROUND : PushType.ALERT;
        if (options != null && options.liveActivity().isPresent()) {
            return PushType.LIVE_ACTIVITY;
        }
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
        LiveActivity activity = options == null ? null : options.liveActivity().orElse(null);
        if (activity != null
                && activity.event() == LiveActivity.Event.START
                && n.title().isEmpty()
                && n.body().isEmpty()) {
            return new Encoded.Refused("INVALID_OPTIONS", "liveActivity: one that begins says so, with title or body");
        }
        Priority priority = priority(options, type);
        boolean neverOne = type == PushType.LOCATION || type == PushType.LIVE_ACTIVITY;
        if (neverOne && priority == Priority.NEVER_WAKE) {
            return new Encoded.Refused("INVALID_PRIORITY", "priority: a push of type " + type + " has 10 or 5");
        }
        if (type != PushType.BACKGROUND && !type.reloads()) {
            return null;
        }
        if (!n.background()) {
            return new Encoded.Refused(
                    "INVALID_PUSH_TYPE", "pushType: " + type + ", but the notification shows something");
        }
        if (type == PushType.BACKGROUND && priority != Priority.CONSERVE_POWER) {
            return new Encoded.Refused("INVALID_PRIORITY", "priority: a background push has 5, Apple refuses others");
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
    static Instant expiration(@Nullable Instant expiresAt, Instant latest) {
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
