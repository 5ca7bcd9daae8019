package dev.notifykit.testkit.internal.apns;

import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.internal.CompactJwt;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWT that was signed by a registered key.
 *
 * @param key the key that signed it
 * @param issuedAt its {@code iat}
 */
record ProviderToken(TestSigningKey key, Instant issuedAt) {
    private static final int JOSE_SIGNATURE = 64;

    /** Verifies a compact JWT; null where anything but its age is wrong. */
    static @Nullable ProviderToken verify(String text, Map<String, TestSigningKey> keys) {
        CompactJwt jwt = CompactJwt.parse(text);
        if (jwt == null || !"ES256".equals(jwt.header("alg"))) {
            return null;
        }
        String keyId = jwt.header("kid");
        TestSigningKey key = keyId == null ? null : keys.get(keyId);
        Instant issuedAt = jwt.time("iat");
        if (key == null || issuedAt == null || !key.teamId().equals(jwt.claim("iss"))) {
            return null;
        }
        // The JWT standard wants the two numbers side by side; pushy signs in DER, and APNs takes that too.
        String form = jwt.signatureSize() == JOSE_SIGNATURE ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA";
        return jwt.isSignedBy(key.publicKey(), form) ? new ProviderToken(key, issuedAt) : null;
    }
}
