package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.contract.PushPeer.Behaviour;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a service says, held against what its peer knows. */
final class PushTruth {

    /** Shorter addresses may stand in a text by chance. */
    private static final int TELLING = 12;

    private final PushPeer peer;
    private final Duration patience;

    PushTruth(PushPeer peer, Duration patience) {
        this.peer = peer;
        this.patience = patience;
    }

    /** The value of a future that has to have one. */
    PushResponse await(@Nullable CompletableFuture<PushResponse> future) {
        assertNotNull(future, "push returned no future");
        try {
            PushResponse response = future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            assertNotNull(response, "the future completed with null");
            return response;
        } catch (ExecutionException e) {
            return fail("the future failed: a provider's failure is a value", e.getCause());
        } catch (TimeoutException e) {
            return fail("the future did not complete within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(e);
        }
    }

    /** Accepted means taken once, unknown means once at most, and everything else means never. */
    void check(PushRequest request, PushResponse response) {
        int taken = peer.accepted(request.id());
        if (response instanceof Accepted) {
            assertTrue(taken == 1, () -> "said to be accepted, and was taken " + taken + " times");
        } else if (response instanceof Unknown) {
            assertTrue(taken <= 1, () -> "one attempt was taken " + taken + " times");
        } else {
            assertTrue(taken == 0, () -> "was taken " + taken + " times, and the answer is " + response);
        }
        String address = request.target().address();
        if (address.length() >= TELLING) {
            assertFalse(response.toString().contains(address), "the answer holds the address");
        }
    }

    /** What may be said when a peer does this and nothing else happens. */
    static Set<Class<? extends PushResponse>> allowed(Behaviour behaviour) {
        return switch (behaviour) {
            case ACCEPT -> Set.of(Accepted.class);
            case DEAD -> Set.of(TokenInvalid.class);
            case REJECT -> Set.of(Rejected.class);
            case THROTTLE, THROTTLE_WITH_WAIT -> Set.of(Throttled.class);
            case SERVER_ERROR, SILENCE, DROP -> Set.of(Unavailable.class, Unknown.class);
            case ACCEPT_SILENTLY, ACCEPT_AND_DROP -> Set.of(Unknown.class);
            case ABSENCE -> Set.of(Unavailable.class, Unknown.class, Misconfigured.class);
            case CLOSING -> Set.of(Unavailable.class);
        };
    }
}
