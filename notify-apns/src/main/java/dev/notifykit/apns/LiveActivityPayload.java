package dev.notifykit.apns;

import dev.notifykit.push.Notification;
import dev.notifykit.push.Text;
import java.time.Instant;
import java.util.Optional;

/**
 * What stands in {@code aps} for a Live Activity; its alert has another form than those of notifications.
 *
 * @see <a
 *     href="https://developer.apple.com/documentation/activitykit/starting-and-updating-live-activities-with-activitykit-push-notifications">Starting
 *     and updating Live Activities with ActivityKit push notifications</a>
 */
final class LiveActivityPayload {

    private LiveActivityPayload() {}

    static void write(JsonWriter json, Notification n, LiveActivity activity) {
        json.key("timestamp").number(activity.timestamp().getEpochSecond());
        json.key("event").text(activity.event().wire(), "liveActivity");
        if (activity.contentState().isPresent()) {
            json.key("content-state").json(activity.contentState().get(), "contentState");
        }
        date(json, "stale-date", activity.staleDate());
        date(json, "dismissal-date", activity.dismissalDate());
        Payload.text(json, "attributes-type", activity.attributesType(), "attributesType");
        if (activity.attributes().isPresent()) {
            json.key("attributes").json(activity.attributes().get(), "attributes");
        }
        Payload.text(json, "input-push-channel", activity.inputChannel(), "inputChannel");
        alert(json, n);
    }

    private static void date(JsonWriter json, String key, Optional<Instant> value) {
        if (value.isPresent()) {
            json.key(key).number(value.get().getEpochSecond());
        }
    }

    private static void alert(JsonWriter json, Notification n) {
        if (n.title().isEmpty() && n.body().isEmpty() && n.sound().isEmpty()) {
            return;
        }
        json.key("alert").open();
        line(json, "title", n.title());
        line(json, "body", n.body());
        Payload.text(json, "sound", n.sound(), "sound");
        json.close();
    }

    private static void line(JsonWriter json, String key, Optional<Text> text) {
        if (text.isEmpty()) {
            return;
        }
        json.key(key);
        if (text.get() instanceof Text.Literal literal) {
            json.text(literal.value(), key);
        } else if (text.get() instanceof Text.Localized localized) {
            json.open().key("loc-key").text(localized.key(), key);
            if (!localized.args().isEmpty()) {
                json.key("loc-args").texts(localized.args(), key);
            }
            json.close();
        }
    }
}
