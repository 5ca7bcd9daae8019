package dev.notifykit.testkit.internal.apns;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.internal.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
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
    static @Nullable ProviderToken verify(String jwt, Map<String, TestSigningKey> keys) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        JsonObject header = decode(parts[0]);
        JsonObject claims = decode(parts[1]);
        if (header == null || claims == null || !"ES256".equals(text(header, "alg"))) {
            return null;
        }
        String keyId = text(header, "kid");
        TestSigningKey key = keyId == null ? null : keys.get(keyId);
        if (key == null || !key.teamId().equals(text(claims, "iss"))) {
            return null;
        }
        if (!(claims.get("iat") instanceof JsonPrimitive iat) || !iat.isNumber()) {
            return null;
        }
        return isSigned(parts, key) ? new ProviderToken(key, Instant.ofEpochSecond(iat.getAsLong())) : null;
    }

    private static boolean isSigned(String[] parts, TestSigningKey key) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(parts[2]);
            // The JWT standard wants the two numbers side by side; pushy signs in DER, and APNs takes that too.
            String form = bytes.length == JOSE_SIGNATURE ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA";
            Signature signature = Signature.getInstance(form);
            signature.initVerify(key.publicKey());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(bytes);
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
        return value instanceof JsonPrimitive primitive && primitive.isString() ? primitive.getAsString() : null;
    }
}
