package dev.notifykit.testkit.credentials;

import dev.notifykit.testkit.internal.tls.CertificateAuthority;
import dev.notifykit.testkit.internal.tls.Pem;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Objects;

/**
 * An APNs token signing key as a developer downloads it: a P-256 private key in a {@code .p8} file, with its key id and team id.
 * Immutable and thread-safe; {@code toString} shows the ids only.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns">Apple:
 *     Establishing a token-based connection to APNs</a>
 */
public final class TestSigningKey {
    private final String keyId;
    private final String teamId;
    private final KeyPair keys;

    private TestSigningKey(String keyId, String teamId) {
        this.keyId = Objects.requireNonNull(keyId, "keyId");
        this.teamId = Objects.requireNonNull(teamId, "teamId");
        this.keys = CertificateAuthority.newKeyPair();
    }

    /** Makes a new key with the given ids; Apple's have ten characters each. */
    public static TestSigningKey create(String keyId, String teamId) {
        return new TestSigningKey(keyId, teamId);
    }

    /** Travels as {@code kid} in the token's header. */
    public String keyId() {
        return keyId;
    }

    /** Travels as {@code iss} in the token's claims. */
    public String teamId() {
        return teamId;
    }

    /** The content of the {@code .p8} file: PKCS#8 as PEM text. */
    public String p8() {
        return Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** The private key, for a client that signs by itself. */
    public PrivateKey privateKey() {
        return keys.getPrivate();
    }

    /** The public key, which the simulator checks signatures with. */
    public PublicKey publicKey() {
        return keys.getPublic();
    }

    @Override
    public String toString() {
        return "TestSigningKey[keyId=" + keyId + ", teamId=" + teamId + "]";
    }
}
