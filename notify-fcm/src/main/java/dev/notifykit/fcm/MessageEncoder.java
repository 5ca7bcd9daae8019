package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmOptions.AndroidPriority;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body of {@code messages:send}, or says why there can be none. Literal text stands in {@code message.notification}, which
 * every platform reads; keys to look up, sound, badge, category and tag have a place in {@code message.android.notification} only.
 * Stateless but for its settings; thread-safe.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages">FCM: the message resource</a>
 */
final class MessageEncoder {

    /**
     * FCM's limit. Counted are the UTF-8 bytes of all keys and values inside {@code data}, {@code notification} and
     * {@code android.notification}, whatever JSON adds for quotes and escapes left aside.
     */
    static final int MAX_PAYLOAD = 4096;

    /** FCM keeps a message for four weeks at most. */
    static final long MAX_TTL_SECONDS = Duration.ofDays(28).toSeconds();

    /** Tags and collapse keys; FCM documents no limit, APNs' 64 bytes keep one id usable for both. */
    static final String KEY_RULE = "must have 1 to 64 bytes of UTF-8 and no control characters";

    /** Payload, address and all our own words fit into this; what does not has too large a payload. */
    private static final int MAX_CONTENT = 4 * MAX_PAYLOAD;

    private static final String STABLE_ID = "nk_id";

    private final boolean dryRun;
    private final InstantSource clock;

    MessageEncoder(boolean dryRun, InstantSource clock) {
        this.dryRun = dryRun;
        this.clock = clock;
    }

    /** Either a body or the response that says why there is none. */
    sealed interface Encoding {
        final class Body implements Encoding {
            private final byte[] json;

            Body(byte[] json) {
                this.json = json;
            }

            byte[] json() {
                return json;
            }
        }

        record Refused(PushResponse response) implements Encoding {}
    }

    Encoding encode(PushRequest request) {
        return encode(request, new JsonWriter(MAX_CONTENT));
    }

    /** As {@link #encode}, by measuring what would be written; a body stands for "could be sent" and is empty. */
    Encoding check(PushRequest request) {
        return encode(request, JsonWriter.measuring(MAX_CONTENT));
    }

    private Encoding encode(PushRequest request, JsonWriter json) {
        Optional<Rejected> problem = requestProblem(request);
        if (problem.isPresent()) {
            return new Encoding.Refused(problem.get());
        }
        if (expired(request)) {
            return new Encoding.Refused(
                    new Unavailable(Unavailable.Cause.NOT_SENT, "expired before it could be handed over"));
        }
        FcmOptions options;
        try {
            options = request.notification()
                    .options(ProviderId.FCM, FcmOptions.class)
                    .orElse(FcmOptions.NONE);
        } catch (ClassCastException foreign) {
            return new Encoding.Refused(new Rejected("INVALID_OPTIONS", "the options for fcm are not FcmOptions"));
        }
        return new Pass(request, options, json).run();
    }

    /** A client never hands over what has expired; this catches what expired on the way here. */
    boolean expired(PushRequest request) {
        Instant end = request.expiresAt().orElse(null);
        return end != null && !end.isAfter(clock.instant());
    }

    static boolean isKey(String value) {
        return !value.isBlank()
                && value.length() <= 64
                && value.getBytes(StandardCharsets.UTF_8).length <= 64
                && value.chars().noneMatch(Character::isISOControl);
    }

    private static Optional<Rejected> requestProblem(PushRequest request) {
        ProviderId provider = request.target().provider();
        if (!provider.equals(ProviderId.FCM)) {
            return Optional.of(new Rejected("WRONG_PROVIDER", "the target is for " + provider + ", not for fcm"));
        }
        if (request.collapseId().isPresent() && !isKey(request.collapseId().get())) {
            return Optional.of(new Rejected("INVALID_COLLAPSE_ID", "collapseId " + KEY_RULE));
        }
        Notification n = request.notification();
        if (!n.background() && nothingToShow(n)) {
            return Optional.of(new Rejected("NOTHING_TO_SHOW", "a subtitle alone is not shown: FCM has none"));
        }
        for (String key : n.data().keySet()) {
            // "The key should not be a reserved word":
            // https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
            if (key.equals("from") || key.equals("message_type") || key.startsWith("google") || key.startsWith("gcm")) {
                return Optional.of(new Rejected("RESERVED_DATA_KEY", "FCM reserves the data key '" + key + "'"));
            }
        }
        return FcmAddress.problem(request.target());
    }

    private static boolean nothingToShow(Notification n) {
        return n.title().isEmpty()
                && n.body().isEmpty()
                && n.badge().isEmpty()
                && n.sound().isEmpty();
    }

    private static Rejected tooLarge(String size) {
        return new Rejected(
                "PAYLOAD_TOO_LARGE",
                "FCM takes " + MAX_PAYLOAD + " bytes of keys and values in data and notification, these have " + size);
    }

    /** The writing of one message. */
    private final class Pass {

        private final PushRequest request;
        private final Notification notification;
        private final FcmOptions options;
        private final String id;
        private final JsonWriter json;
        private String field = "message";
        private int payload;

        Pass(PushRequest request, FcmOptions options, JsonWriter json) {
            this.request = request;
            this.json = json;
            this.notification = request.notification();
            this.options = options;
            this.id = request.id().toString();
        }

        Encoding run() {
            try {
                json.open('{').name("message").open('{');
                target();
                data();
                if (!notification.background()) {
                    notification();
                }
                android();
                String label = options.analyticsLabel().orElse(null);
                if (label != null) {
                    json.name("fcm_options")
                            .open('{')
                            .name("analytics_label")
                            .value(label)
                            .close('}');
                }
                json.close('}');
                if (dryRun) {
                    json.name("validate_only").value(true);
                }
                json.close('}');
            } catch (JsonWriter.Unwritable broken) {
                return new Encoding.Refused(
                        broken.tooLong()
                                ? tooLarge("far more than that")
                                : new Rejected(
                                        "INVALID_TEXT",
                                        field + " holds half of a surrogate pair, which has no UTF-8 form"));
            }
            return payload > MAX_PAYLOAD
                    ? new Encoding.Refused(tooLarge(payload + " bytes"))
                    : new Encoding.Body(json.toBytes());
        }

        private void target() throws JsonWriter.Unwritable {
            String address = request.target().address();
            if (FcmAddress.isFid(address)) {
                json.name("fid").value(FcmAddress.fidOf(address));
            } else {
                json.name("token").value(address);
            }
        }

        private void data() throws JsonWriter.Unwritable {
            Map<String, String> data = notification.data();
            if (data.isEmpty() && !request.stableId()) {
                return;
            }
            json.name("data").open('{');
            int before = json.contentBytes();
            for (Map.Entry<String, String> e : data.entrySet()) {
                field = "the name of a data field";
                json.name(e.getKey());
                field = "data field '" + e.getKey() + "'";
                json.value(e.getValue());
            }
            if (request.stableId()) {
                json.name(STABLE_ID).value(id);
            }
            payload += json.contentBytes() - before;
            json.close('}');
        }

        private void notification() throws JsonWriter.Unwritable {
            String title = literal(notification.title());
            String body = literal(notification.body());
            String image = notification.image().orElse(null);
            if (title == null && body == null && image == null) {
                return;
            }
            json.name("notification").open('{');
            int before = json.contentBytes();
            optional("title", title);
            optional("body", body);
            optional("image", image);
            payload += json.contentBytes() - before;
            json.close('}');
        }

        private void android() throws JsonWriter.Unwritable {
            AndroidPriority usual = notification.background() ? AndroidPriority.NORMAL : AndroidPriority.HIGH;
            json.name("android").open('{');
            json.name("priority").value(options.androidPriority().orElse(usual).name());
            Instant end = request.expiresAt().orElse(null);
            if (end != null) {
                long left = Math.max(0, Duration.between(clock.instant(), end).toSeconds());
                json.name("ttl").value(Math.min(left, MAX_TTL_SECONDS) + "s");
            }
            optional("collapse_key", options.collapseKey().orElseGet(this::backgroundCollapseKey));
            if (options.directBootOk().isPresent()) {
                json.name("direct_boot_ok").value(options.directBootOk().get());
            }
            if (!notification.background()) {
                androidNotification();
            }
            json.close('}');
        }

        /**
         * A background message has no tag, so the host's collapse id can only be a collapse key. An alert's is not made one: FCM keeps
         * four keys per device, and an offline device would lose the others.
         */
        private @Nullable String backgroundCollapseKey() {
            return notification.background() ? request.collapseId().orElse(null) : null;
        }

        private void androidNotification() throws JsonWriter.Unwritable {
            json.name("notification").open('{');
            int before = json.contentBytes();
            localized("title", notification.title());
            localized("body", notification.body());
            optional("icon", options.icon().orElse(null));
            optional("color", options.color().orElse(null));
            optional("sound", notification.sound().orElse(null));
            optional("tag", tag());
            optional(
                    "click_action",
                    options.clickAction().or(notification::category).orElse(null));
            optional("channel_id", options.channelId().orElse(null));
            // Android takes 0 for "count up", the opposite of what a badge of 0 asks for.
            if (notification.badge().isPresent() && notification.badge().getAsInt() > 0) {
                json.name("notification_count").value(notification.badge().getAsInt());
            }
            payload += json.contentBytes() - before;
            json.close('}');
        }

        private @Nullable String tag() {
            return options.tag().or(request::collapseId).orElse(request.stableId() ? id : null);
        }

        private void localized(String what, Optional<Text> text) throws JsonWriter.Unwritable {
            if (text.isPresent() && text.get() instanceof Text.Localized l) {
                optional(what + "_loc_key", l.key());
                if (!l.args().isEmpty()) {
                    json.name(what + "_loc_args").open('[');
                    for (String arg : l.args()) {
                        field = what + "_loc_args";
                        json.value(arg);
                    }
                    json.close(']');
                }
            }
        }

        private void optional(String name, @Nullable String value) throws JsonWriter.Unwritable {
            if (value != null) {
                json.name(name);
                field = name;
                json.value(value);
            }
        }

        private static @Nullable String literal(Optional<Text> text) {
            return text.isPresent() && text.get() instanceof Text.Literal l ? l.value() : null;
        }
    }
}
