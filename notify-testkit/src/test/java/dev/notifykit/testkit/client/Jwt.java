package dev.notifykit.testkit.client;

import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.credentials.TestSigningKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;

/** Signed tokens, right ones and wrong ones. */
public final class Jwt {
    private Jwt() {}

    /** A provider token as APNs wants it. */
    public static String apns(TestSigningKey key, Instant issuedAt) {
        return apns(key.privateKey(), key.keyId(), key.teamId(), issuedAt);
    }

    public static String apns(PrivateKey key, String keyId, String teamId, Instant issuedAt) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}";
        String claims = "{\"iss\":\"" + teamId + "\",\"iat\":" + issuedAt.getEpochSecond() + "}";
        return sign("SHA256withECDSAinP1363Format", key, header, claims);
    }

    /** An assertion as Google's token endpoint wants it. */
    public static String google(TestServiceAccount account, String scope, Instant issuedAt) {
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
        String claims = "{\"iss\":\"" + account.clientEmail() + "\",\"scope\":\"" + scope
                + "\",\"aud\":\"https://oauth2.googleapis.com/token\",\"iat\":" + issuedAt.getEpochSecond()
                + ",\"exp\":" + issuedAt.plusSeconds(3600).getEpochSecond() + "}";
        return sign("SHA256withRSA", account.privateKey(), header, claims);
    }

    public static String sign(String algorithm, PrivateKey key, String header, String claims) {
        String content =
                encode(header.getBytes(StandardCharsets.UTF_8)) + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
