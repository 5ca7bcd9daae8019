package dev.notifykit.apns;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Throttled.Scope;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * Reads Apple's answers, and draws the conclusions that reach beyond one push: which connections must be replaced, and whether a
 * credential that was refused as stale is refused for good. Thread-safe; called on the connections' threads.
 *
 * @param <C> the connections that answers come from
 */
final class Answers<C extends Generation> {

    private final ReasonTable reasons;
    private final Keeper<C> keeper;
    private final CredentialWatch credential = new CredentialWatch();

    Answers(ReasonTable reasons, Keeper<C> keeper) {
        this.reasons = reasons;
        this.keeper = keeper;
    }

    /** Apple has taken it, and may have said under which id. */
    PushResponse accepted(Encoded.Ready push, @Nullable String id, C connections) {
        believed(connections);
        return new Accepted(id == null ? push.request().id().toString() : id);
    }

    /** Apple has not taken it. */
    PushResponse refused(Encoded.Ready push, Refusal refusal, C connections) {
        Scope crowded = push.channel() == null ? Scope.DEVICE : Scope.TOPIC;
        return refused(refusal, push.requestTopic(), crowded, connections);
    }

    /** Apple has taken something that is no push. */
    void believed(C connections) {
        credential.believed(connections.generation());
    }

    /** Apple has not taken it, be it a push or not. */
    PushResponse refused(Refusal refusal, boolean requestTopic, Scope crowded, C connections) {
        PushResponse response = reasons.read(refusal, requestTopic, crowded);
        if (response instanceof TokenInvalid) {
            believed(connections);
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

    private PushResponse stale(Unavailable first, C connections) {
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
