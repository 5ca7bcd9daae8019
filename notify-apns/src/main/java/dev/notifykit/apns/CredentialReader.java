package dev.notifykit.apns;

import dev.notifykit.push.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** The builder's part that knows where the credential is. Not thread-safe. */
final class CredentialReader {

    /** Far more than a key needs; it keeps a wrong file from filling memory. */
    private static final int MAX_KEY_BYTES = 64 * 1024;

    private static final int ID_LENGTH = 10;

    /** Gives a thing that must be read. */
    @FunctionalInterface
    interface Source<T> {
        T get() throws IOException;
    }

    private @Nullable Source<String> signingKey;
    private @Nullable String keyId;
    private @Nullable String teamId;
    private @Nullable Source<InputStream> certificate;
    private String password = "";

    void signingKey(Source<String> value) {
        signingKey = value;
    }

    void keyId(String value) {
        keyId = value;
    }

    void teamId(String value) {
        teamId = value;
    }

    void certificate(Source<InputStream> value, String itsPassword) {
        certificate = value;
        password = itsPassword;
    }

    /** Reads a whole text and closes the stream. */
    static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readNBytes(MAX_KEY_BYTES), StandardCharsets.US_ASCII);
        }
    }

    /** Reads the credential; null only when a problem was noted. */
    @Nullable
    Credential read(Problems problems) {
        Source<String> key = signingKey;
        Source<InputStream> p12 = certificate;
        if (key != null && p12 != null) {
            problems.add("signingKey", "a certificate is set as well", "choose one of them");
            return null;
        }
        if (p12 != null) {
            return certificate(p12, problems);
        }
        if (key == null) {
            problems.add("signingKey", "no credential is set", "the .p8 file of Apple, or certificate(…)");
        }
        String key10 = id("keyId", keyId, problems);
        String team10 = id("teamId", teamId, problems);
        return key == null || key10 == null || team10 == null ? null : signingKey(key, key10, team10, problems);
    }

    private static @Nullable Credential signingKey(
            Source<String> source, String keyId, String teamId, Problems problems) {
        try {
            return Credential.SigningKey.parse(source.get(), keyId, teamId);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            problems.add("signingKey", "cannot be read: " + describe(e), "the .p8 file as Apple gave it out");
            return null;
        }
    }

    private @Nullable Credential certificate(Source<InputStream> source, Problems problems) {
        try (InputStream in = source.get()) {
            return Credential.ClientCertificate.read(in, password);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            problems.add("certificate", "cannot be read: " + describe(e), "a PKCS#12 file and its password");
            return null;
        }
    }

    private static @Nullable String id(String field, @Nullable String value, Problems problems) {
        boolean fits =
                value != null && value.length() == ID_LENGTH && value.chars().allMatch(CredentialReader::plain);
        problems.require(fits, field, "must be 10 letters and digits", "as Apple's developer account shows it");
        return fits ? value : null;
    }

    private static boolean plain(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** A supplier's own exception may say anything, even the secret; those of the JDK's readers do not. */
    private static String describe(Exception e) {
        String type = e.getClass().getSimpleName();
        return e instanceof RuntimeException || e.getMessage() == null ? type : type + ": " + e.getMessage();
    }
}
