package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import org.jspecify.annotations.Nullable;

/**
 * What all requests with one notification have in common: checked once, and written once up to the id, which is each request's own.
 * Thread-safe.
 */
final class PayloadForm {

    /** What comes after the id. */
    private static final String END = "\"}";

    private final Notification notification;
    private final boolean stableId;
    private final String base;
    private final String first;
    private final String topic;
    private final boolean requestTopic;
    private final PushType type;
    private final Priority priority;

    /** All up to the id. Made for the second request, since most notifications of their own have no second one; made twice in a race, and no harm. */
    private @Nullable String head;

    /**
     * The form of a request and of all that are like it.
     *
     * @param base the topic without the suffix of a push type
     * @param payload of the request itself
     * @param topic what travels as the topic
     * @param requestTopic whether the request had a say in it
     */
    PayloadForm(
            PushRequest request,
            String base,
            String payload,
            String topic,
            boolean requestTopic,
            PushType type,
            Priority priority) {
        notification = request.notification();
        stableId = request.stableId();
        this.base = base;
        first = payload;
        this.topic = topic;
        this.requestTopic = requestTopic;
        this.type = type;
        this.priority = priority;
    }

    /** Whether the request differs in nothing but its id and its headers. */
    @SuppressWarnings("ReferenceEquality") // to compare content would cost as much as to write it
    boolean fits(PushRequest request, String ofBase) {
        return notification == request.notification() && stableId == request.stableId() && base.equals(ofBase);
    }

    /** The body of a request that {@link #fits}. */
    String payload(String id) {
        if (!stableId) {
            return first;
        }
        String shared = head;
        if (shared == null) {
            shared = first.substring(0, first.length() - id.length() - END.length());
            head = shared;
        }
        return shared + id + END;
    }

    String topic() {
        return topic;
    }

    boolean requestTopic() {
        return requestTopic;
    }

    PushType type() {
        return type;
    }

    Priority priority() {
        return priority;
    }
}
