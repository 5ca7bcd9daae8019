package dev.notifykit.testkit.internal.fcm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The access tokens that were issued and are not revoked. Thread-safe. */
public final class AccessTokens {
    private final InstantSource clock;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    /** None issued yet. */
    public AccessTokens(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes a token for a project. */
    public String issue(String projectId, Duration lifetime) {
        String token = "ya29.test-" + UUID.randomUUID();
        grants.put(token, new Grant(projectId, clock.instant().plus(lifetime)));
        return token;
    }

    /** From now on no token issued so far is taken. */
    public void revokeAll() {
        grants.clear();
    }

    /** The project that the token is good for; null for an unknown, revoked or expired one. */
    @Nullable
    String projectOf(String token) {
        Grant grant = grants.get(token);
        return grant != null && clock.instant().isBefore(grant.expiresAt()) ? grant.projectId() : null;
    }

    private record Grant(String projectId, Instant expiresAt) {}
}
