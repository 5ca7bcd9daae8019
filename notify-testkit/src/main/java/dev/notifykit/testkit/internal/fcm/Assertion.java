package dev.notifykit.testkit.internal.fcm;

import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.internal.CompactJwt;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JWT with which a service account asks for an access token.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account">Google: OAuth 2.0 for server to server
 *     applications</a>
 */
public final class Assertion {
    private static final String GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token";
    private static final Set<String> SCOPES = Set.of(
            "https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform");
    private static final Duration MAX_LIFETIME = Duration.ofHours(1);
    /** Clocks differ a little. */
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

    private Assertion() {}

    /**
     * The account that made the assertion.
     *
     * @return null where anything about it is wrong
     */
    public static @Nullable TestServiceAccount verify(
            String text, Collection<TestServiceAccount> accounts, String endpoint, Instant now) {
        CompactJwt jwt = CompactJwt.parse(text);
        if (jwt == null || !"RS256".equals(jwt.header("alg"))) {
            return null;
        }
        boolean usable = isCurrent(jwt, now)
                && hasScope(jwt.claim("scope"))
                && List.of(GOOGLE_AUDIENCE, endpoint).contains(String.valueOf(jwt.claim("aud")));
        for (TestServiceAccount account : accounts) {
            if (usable && account.clientEmail().equals(jwt.claim("iss"))) {
                return jwt.isSignedBy(account.publicKey(), "SHA256withRSA") ? account : null;
            }
        }
        return null;
    }

    private static boolean isCurrent(CompactJwt jwt, Instant now) {
        Instant issued = jwt.time("iat");
        Instant expires = jwt.time("exp");
        return issued != null
                && expires != null
                && !issued.isAfter(now.plus(MAX_AHEAD))
                && expires.isAfter(now)
                && !expires.isAfter(issued.plus(MAX_LIFETIME));
    }

    private static boolean hasScope(@Nullable String scopes) {
        return scopes != null && Arrays.stream(scopes.split(" ", -1)).anyMatch(SCOPES::contains);
    }
}
