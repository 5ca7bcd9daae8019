package dev.notifykit.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs provider tokens, and keeps the current one for all connections of our own wire. (pushy signs its own.) Thread-safe.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns">Establishing
 *     a token-based connection to APNs</a>
 */
final class ProviderTokens {

    /** Apple refuses a token that is older than an hour; as long as this pushy keeps its own, too. */
    static final Duration LIFE = Duration.ofMinutes(50);

    /** Apple wants no new one sooner. */
    static final Duration LEAST_LIFE = Duration.ofMinutes(20);

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final ApnsSigningKey key;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private @Nullable Token current;

    ProviderTokens(ApnsSigningKey key, InstantSource clock, LongSupplier nanoTime) {
        this.key = key;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * A token.
     *
     * @param authorization the header's value
     * @param afterRefusal whether it stands in for one that was refused
     */
    record Token(String authorization, long signedNanos, boolean afterRefusal) {

        /** Shows nothing: it is a secret. */
        @Override
        public String toString() {
            return "Token";
        }
    }

    synchronized Token current() {
        Token known = current;
        if (known == null || age(known).compareTo(LIFE) >= 0) {
            known = sign(false);
            current = known;
        }
        return known;
    }

    /**
     * Apple calls a token too old. It is replaced, unless that has happened; one that is refused although it has just replaced another stays for as
     * long as Apple wants it to: another one would not be believed either, and new ones without end are an offence.
     */
    synchronized void refused(Token token) {
        if (token.equals(current) && (!token.afterRefusal() || age(token).compareTo(LEAST_LIFE) >= 0)) {
            current = sign(true);
        }
    }

    private Duration age(Token token) {
        return Duration.ofNanos(nanoTime.getAsLong() - token.signedNanos());
    }

    private Token sign(boolean afterRefusal) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + key.getKeyId() + "\"}";
        String claims = "{\"iss\":\"" + key.getTeamId() + "\",\"iat\":"
                + clock.instant().getEpochSecond() + "}";
        String signed = base64(header.getBytes(StandardCharsets.US_ASCII)) + "."
                + base64(claims.getBytes(StandardCharsets.US_ASCII));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return new Token("bearer " + signed + "." + base64(signature.sign()), nanoTime.getAsLong(), afterRefusal);
        } catch (GeneralSecurityException impossible) { // pushy has signed with the same key before
            throw new IllegalStateException("a provider token cannot be signed", impossible);
        }
    }

    private static String base64(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
