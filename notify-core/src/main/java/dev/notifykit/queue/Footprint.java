package dev.notifykit.queue;

import dev.notifykit.message.Message;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Text;
import java.util.Map;
import java.util.Optional;

/**
 * About how much memory what waits takes: one byte for each character, and what objects take besides. What several deliveries share is counted
 * for each.
 */
final class Footprint {

    /** The entries of a delivery, its request, its message and their ids, without texts; what a provider is told beyond the notification is a few fields as a rule. */
    private static final int ENTRY = 1_000;

    private static final long TEXT = 56;

    private Footprint() {}

    static long of(Message message) {
        return ENTRY + of(message.notification());
    }

    static long of(PushRequest request) {
        return ENTRY + request.target().address().length() + of(request.notification());
    }

    private static long of(Notification notification) {
        long bytes = ofText(notification.title())
                + ofText(notification.subtitle())
                + ofText(notification.body())
                + of(notification.sound())
                + of(notification.image())
                + of(notification.thread())
                + of(notification.category());
        for (Map.Entry<String, String> entry : notification.data().entrySet()) {
            bytes += TEXT + entry.getKey().length() + entry.getValue().length();
        }
        return bytes;
    }

    private static long of(Optional<String> text) {
        return text.map(value -> TEXT + value.length()).orElse(0L);
    }

    private static long ofText(Optional<Text> text) {
        return text.map(Footprint::of).orElse(0L);
    }

    private static long of(Text text) {
        if (text instanceof Text.Localized localized) {
            long bytes = TEXT + localized.key().length();
            for (String argument : localized.args()) {
                bytes += TEXT + argument.length();
            }
            return bytes;
        }
        return text instanceof Text.Literal literal ? TEXT + literal.value().length() : TEXT;
    }
}
