package dev.notifykit.testkit.internal.fcm;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.internal.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
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
    private static final long MAX_LIFETIME_SECONDS = 3600;
    private static final long CLOCK_SKEW_SECONDS = 300;

    private Assertion() {}

    /**
     * The account that made the assertion.
     *
     * @return null where anything about it is wrong
     */
    public static @Nullable TestServiceAccount verify(
            String jwt, Collection<TestServiceAccount> accounts, String endpoint, Instant now) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        JsonObject header = decode(parts[0]);
        JsonObject claims = decode(parts[1]);
        if (header == null || claims == null || !"RS256".equals(text(header, "alg"))) {
            return null;
        }
        String issuer = text(claims, "iss");
        for (TestServiceAccount account : accounts) {
            if (account.clientEmail().equals(issuer)) {
                boolean good = isCurrent(claims, now)
                        && hasScope(text(claims, "scope"))
                        && List.of(GOOGLE_AUDIENCE, endpoint).contains(text(claims, "aud"))
                        && isSigned(parts, account);
                return good ? account : null;
            }
        }
        return null;
    }

    private static boolean isCurrent(JsonObject claims, Instant now) {
        if (!(claims.get("iat") instanceof JsonPrimitive iat) || !(claims.get("exp") instanceof JsonPrimitive exp)) {
            return false;
        }
        if (!iat.isNumber() || !exp.isNumber()) {
            return false;
        }
        long issued = iat.getAsLong();
        long expires = exp.getAsLong();
        long seconds = now.getEpochSecond();
        return issued <= seconds + CLOCK_SKEW_SECONDS && expires > seconds && expires - issued <= MAX_LIFETIME_SECONDS;
    }

    private static boolean hasScope(@Nullable String scopes) {
        return scopes != null && List.of(scopes.split(" ", -1)).stream().anyMatch(SCOPES::contains);
    }

    private static boolean isSigned(String[] parts, TestServiceAccount account) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(account.publicKey());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // a signature of the wrong form is a wrong signature
        }
    }

    private static @Nullable JsonObject decode(String part) {
        try {
            return Json.object(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null; // no Base64
        }
    }

    private static @Nullable String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value instanceof JsonPrimitive primitive ? primitive.getAsString() : null;
    }
}
