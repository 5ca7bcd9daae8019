package dev.notifykit.testkit.credentials;

import com.google.gson.JsonObject;
import dev.notifykit.testkit.internal.tls.Pem;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Objects;
import java.util.UUID;

/**
 * A Google service account with an RSA key and the JSON file a developer downloads for it, whose {@code token_uri} points at a
 * {@link dev.notifykit.testkit.TokenEndpoint} instead of Google. Immutable and thread-safe; {@code toString} shows no key.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account">Google: OAuth 2.0 for server to server
 *     applications</a>
 */
public final class TestServiceAccount {
    private final String projectId;
    private final String privateKeyId = UUID.randomUUID().toString().replace("-", "");
    private final KeyPair keys;

    private TestServiceAccount(String projectId) {
        this.projectId = Objects.requireNonNull(projectId, "projectId");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            this.keys = generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    /** Makes an account of the given project with a new 2048-bit key; takes some tenths of a second. */
    public static TestServiceAccount create(String projectId) {
        return new TestServiceAccount(projectId);
    }

    /** The Firebase project. */
    public String projectId() {
        return projectId;
    }

    /** The account's e-mail address: the issuer of its assertions. */
    public String clientEmail() {
        return "notifykit-test@" + projectId + ".iam.gserviceaccount.com";
    }

    /** Travels as {@code kid} in the header of an assertion. */
    public String privateKeyId() {
        return privateKeyId;
    }

    /** The key that signs assertions. */
    public PrivateKey privateKey() {
        return keys.getPrivate();
    }

    /** The key that checks them. */
    public PublicKey publicKey() {
        return keys.getPublic();
    }

    /** The account's JSON file, with the given token endpoint. */
    public String json(URI tokenUri) {
        JsonObject json = new JsonObject();
        json.addProperty("type", "service_account");
        json.addProperty("project_id", projectId);
        json.addProperty("private_key_id", privateKeyId);
        json.addProperty(
                "private_key", Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded()));
        json.addProperty("client_email", clientEmail());
        json.addProperty("client_id", "100000000000000000000");
        json.addProperty("token_uri", tokenUri.toString());
        return json.toString();
    }

    @Override
    public String toString() {
        return "TestServiceAccount[" + clientEmail() + "]";
    }
}
