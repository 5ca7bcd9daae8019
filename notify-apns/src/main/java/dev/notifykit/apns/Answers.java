package dev.notifykit.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import java.util.UUID;

/**
 * Reads Apple's answers, and draws the conclusions that reach beyond one push: which connections must be replaced, and whether a
 * credential that was refused as stale is refused for good. Thread-safe; called on the connections' threads.
 */
final class Answers {

    private final ReasonTable reasons;
    private final ConnectionKeeper keeper;
    private final CredentialWatch credential = new CredentialWatch();

    Answers(ReasonTable reasons, ConnectionKeeper keeper) {
        this.reasons = reasons;
        this.keeper = keeper;
    }

    PushResponse read(Encoded.Ready push, PushNotificationResponse<Attempt> answer, Connections connections) {
        if (answer.isAccepted()) {
            credential.believed(connections.generation());
            UUID id = answer.getApnsId();
            return new Accepted((id == null ? push.request().id().value() : id).toString());
        }
        PushResponse response = reasons.read(
                answer.getStatusCode(),
                answer.getRejectionReason().orElse(null),
                answer.getTokenInvalidationTimestamp().orElse(null),
                push.requestTopic());
        if (response instanceof TokenInvalid) {
            credential.believed(connections.generation());
        } else if (response instanceof Unavailable u && u.cause() == Unavailable.Cause.CREDENTIAL_STALE) {
            return stale(u, connections);
        } else if (response instanceof Misconfigured m) {
            // A connection remembers the team, key and bundle ids it was first used with, so what is mended shows on a
            // new one only.
            keeper.renewSparingly(connections, m.reason());
        } else if (response instanceof Unavailable u && u.reason().equals("Shutdown")) {
            keeper.renewSparingly(connections, u.reason());
        }
        return response;
    }

    private PushResponse stale(Unavailable first, Connections connections) {
        if (!credential.refused(connections.generation())) {
            keeper.renew(connections, first.reason());
            return first;
        }
        keeper.renewSparingly(connections, first.reason());
        return new Misconfigured(
                first.reason(),
                "signing key: a fresh provider token on a fresh connection was refused as well; check the clock of this host, key"
                        + " id and team id");
    }
}
