package dev.notifykit.testkit.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A signed JSON web token, taken apart and not yet believed.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515">RFC 7515: JSON Web Signature</a>
 */
public final class CompactJwt {
    private final JsonObject header;
    private final JsonObject claims;
    private final String signed;
    private final byte[] signature;

    private CompactJwt(JsonObject header, JsonObject claims, String signed, byte[] signature) {
        this.header = header;
        this.claims = claims;
        this.signed = signed;
        this.signature = signature;
    }

    /** Takes the three parts apart; null where the text has another form. */
    public static @Nullable CompactJwt parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonObject header = Json.object(new String(decode(parts[0]), StandardCharsets.UTF_8));
            JsonObject claims = Json.object(new String(decode(parts[1]), StandardCharsets.UTF_8));
            return header == null || claims == null
                    ? null
                    : new CompactJwt(header, claims, parts[0] + "." + parts[1], decode(parts[2]));
        } catch (IllegalArgumentException e) {
            return null; // no Base64
        }
    }

    /** A text in the header; null when it is missing or no text. */
    public @Nullable String header(String name) {
        return text(header, name);
    }

    /** A text among the claims; null when it is missing or no text. */
    public @Nullable String claim(String name) {
        return text(claims, name);
    }

    /** A time among the claims, in seconds since 1970; null when it is missing or no such number. */
    public @Nullable Instant time(String name) {
        try {
            return claims.get(name) instanceof JsonPrimitive value && value.isNumber()
                    ? Instant.ofEpochSecond(value.getAsLong())
                    : null;
        } catch (DateTimeException | NumberFormatException e) {
            return null; // a number far beyond all times
        }
    }

    /** Length of the signature in bytes. */
    public int signatureSize() {
        return signature.length;
    }

    /** Whether the key's owner signed it with the given algorithm, named as the JDK names it. */
    public boolean isSignedBy(PublicKey key, String algorithm) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a signature of the wrong form is a wrong signature
        }
    }

    private static byte[] decode(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    private static @Nullable String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value instanceof JsonPrimitive primitive && primitive.isString() ? primitive.getAsString() : null;
    }
}
