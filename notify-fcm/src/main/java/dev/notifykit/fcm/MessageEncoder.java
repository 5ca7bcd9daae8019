package dev.notifykit.fcm;

import dev.notifykit.fcm.FcmOptions.AndroidPriority;
import dev.notifykit.fcm.MessageForm.Blank;
import dev.notifykit.fcm.MessageForm.Place;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body of {@code messages:send}, or says why there can be none. Literal text stands in {@code message.notification}, which
 * every platform reads; keys to look up, sound, badge, category and tag have a place in {@code message.android.notification} only.
 * Thread-safe; holds nothing but its settings and a few {@link Forms forms} that it has made lately.
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

    private static final int MOST_BLANKS = 4;

    private final boolean dryRun;
    private final InstantSource clock;
    private final Forms forms = new Forms();

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
        MessageForm form = forms.find(request);
        PushResponse problem = problem(request, form != null);
        if (problem != null) {
            return new Encoding.Refused(problem);
        }
        if (form == null) {
            Pass pass = new Pass(request, new JsonWriter(MAX_CONTENT));
            problem = pass.write();
            if (problem != null) {
                return new Encoding.Refused(problem);
            }
            form = pass.form();
            forms.add(form);
        }
        return new Encoding.Body(form.fill(request, secondsLeft(request)));
    }

    /** What {@link #encode} would refuse, by measuring what it would write; null when there is nothing. */
    @Nullable
    PushResponse check(PushRequest request) {
        boolean known = forms.find(request) != null;
        PushResponse problem = problem(request, known);
        return known || problem != null ? problem : new Pass(request, JsonWriter.measuring(MAX_CONTENT)).write();
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

    /**
     * What stands against a request before any of it is written.
     *
     * @param known whether one with the same content has been written before
     */
    private @Nullable PushResponse problem(PushRequest request, boolean known) {
        ProviderId provider = request.target().provider();
        if (!provider.equals(ProviderId.FCM)) {
            return new Rejected("WRONG_PROVIDER", "the target is for " + provider + ", not for fcm");
        }
        Rejected problem = known ? null : contentProblem(request);
        if (problem == null) {
            problem = FcmAddress.problem(request.target()).orElse(null);
        }
        return problem == null && expired(request)
                ? new Unavailable(Unavailable.Cause.NOT_SENT, "expired before it could be handed over")
                : problem;
    }

    private static @Nullable Rejected contentProblem(PushRequest request) {
        if (request.collapseId().isPresent() && !isKey(request.collapseId().get())) {
            return new Rejected("INVALID_COLLAPSE_ID", "collapseId " + KEY_RULE);
        }
        Notification n = request.notification();
        if (!n.background() && nothingToShow(n)) {
            return new Rejected("NOTHING_TO_SHOW", "a subtitle alone is not shown: FCM has none");
        }
        for (String key : n.data().keySet()) {
            // "The key should not be a reserved word":
            // https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
            if (key.equals("from") || key.equals("message_type") || key.startsWith("google") || key.startsWith("gcm")) {
                return new Rejected("RESERVED_DATA_KEY", "FCM reserves the data key '" + key + "'");
            }
        }
        return null;
    }

    private long secondsLeft(PushRequest request) {
        Instant end = request.expiresAt().orElse(null);
        return end == null
                ? 0
                : Math.min(Math.max(0, Duration.between(clock.instant(), end).toSeconds()), MAX_TTL_SECONDS);
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

    /** The writing of one form. */
    private final class Pass {

        private final PushRequest request;
        private final Notification notification;
        private final JsonWriter json;
        private final List<Place> places = new ArrayList<>(MOST_BLANKS);
        private FcmOptions options = FcmOptions.NONE;
        private String field = "message";
        private int payload;

        Pass(PushRequest request, JsonWriter json) {
            this.request = request;
            this.json = json;
            this.notification = request.notification();
        }

        /** What is wrong with what it says, or null. */
        @Nullable
        PushResponse write() {
            try {
                options = notification.options(ProviderId.FCM, FcmOptions.class).orElse(FcmOptions.NONE);
            } catch (ClassCastException foreign) {
                return new Rejected("INVALID_OPTIONS", "the options for fcm are not FcmOptions");
            }
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
                return broken.tooLong()
                        ? tooLarge("far more than that")
                        : new Rejected(
                                "INVALID_TEXT", field + " holds half of a surrogate pair, which has no UTF-8 form");
            }
            return payload > MAX_PAYLOAD ? tooLarge(payload + " bytes") : null;
        }

        MessageForm form() {
            return new MessageForm(request, json.bytes(), json.length(), places);
        }

        private void blank(String name, Blank what, int content) throws JsonWriter.Unwritable {
            json.name(name);
            places.add(new Place(json.blank(content), what));
        }

        private void target() throws JsonWriter.Unwritable {
            String address = request.target().address();
            blank(FcmAddress.isFid(address) ? "fid" : "token", Blank.ADDRESS, address.length());
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
                blank(STABLE_ID, Blank.ID, MessageForm.ID_LENGTH);
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
            if (request.expiresAt().isPresent()) {
                blank("ttl", Blank.TTL, 0);
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
            tag();
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

        private void tag() throws JsonWriter.Unwritable {
            String own = options.tag().or(request::collapseId).orElse(null);
            if (own == null && request.stableId()) {
                blank("tag", Blank.ID, MessageForm.ID_LENGTH);
            } else {
                optional("tag", own);
            }
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
