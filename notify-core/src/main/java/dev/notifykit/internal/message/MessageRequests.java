package dev.notifykit.internal.message;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.internal.work.HashedId;
import dev.notifykit.message.Message;
import dev.notifykit.push.Digest;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a message says to a target, as a request. */
public final class MessageRequests {

    private MessageRequests() {}

    /**
     * The request for one target.
     *
     * @param message what is said
     * @param target to whom
     * @return the same for the same message and target, everywhere
     */
    public static PushRequest request(Message message, Target target) {
        return PushRequest.builder(target, message.notification())
                .id(id(message, target))
                .expiresAt(message.expiresAt().orElse(null))
                .urgency(message.urgency())
                .collapseId(collapseId(message))
                .stableId(message.stableId())
                .build();
    }

    /** The same message sent again asks for the same thing. */
    private static RequestId id(Message message, Target target) {
        String whole = message.id().value() + '\0' + target.digest();
        return HashedId.of(HashedId.sha256().digest(whole.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * What is said of one event replaces what was said before. Not of a background message: nothing is shown, and at FCM it would become a
     * collapse key, of which a device has four.
     *
     * @param message what is said
     * @return the host's collapse id, or one made of the key; null: none
     */
    public static @Nullable String collapseId(Message message) {
        DedupKey key = message.dedupKey().orElse(null);
        if (message.collapseId().isPresent()
                || key == null
                || !message.stableId()
                || message.notification().background()) {
            return message.collapseId().orElse(null);
        }
        return Digest.of(key.id());
    }
}
