package dev.notifykit.testkit.internal.apns;

import dev.notifykit.testkit.credentials.TestSigningKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The registered signing keys, and the JWTs already verified against them: clients send the same one for most of an hour. */
public final class TokenDesk {
    private static final int REMEMBERED = 1_000;

    private final Map<String, TestSigningKey> keys = new ConcurrentHashMap<>();
    private final Map<String, ProviderToken> verified = new ConcurrentHashMap<>();

    /** Registers a key under its id. */
    public void register(TestSigningKey key) {
        keys.put(key.keyId(), key);
    }

    /** Makes the key with the given id unknown. */
    public void revoke(String keyId) {
        keys.remove(keyId);
    }

    @Nullable
    ProviderToken verify(String jwt) {
        ProviderToken known = verified.get(jwt);
        if (known != null) {
            return keys.get(known.key().keyId()) == known.key() ? known : null;
        }
        ProviderToken token = ProviderToken.verify(jwt, keys);
        if (token != null) {
            if (verified.size() >= REMEMBERED) {
                verified.clear();
            }
            verified.put(jwt, token);
        }
        return token;
    }
}
