package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;

/**
 * What proves to Apple who sends. Reading one fails with an exception whose text never holds any of it.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns">Establishing
 *     a token-based connection to APNs</a>
 */
sealed interface Credential {

    /** Hands it to pushy. */
    void applyTo(ApnsClientBuilder builder);

    /** A key that signs provider tokens. */
    record SigningKey(ApnsSigningKey key) implements Credential {

        private static final String HEADER = "-----BEGIN PRIVATE KEY-----";
        private static final String FOOTER = "-----END PRIVATE KEY-----";
        private static final int P256_BITS = 256;

        @Override
        public void applyTo(ApnsClientBuilder builder) {
            builder.setSigningKey(key);
        }

        /** Reads the text of a {@code .p8} file. */
        static SigningKey parse(String pem, String keyId, String teamId) throws GeneralSecurityException {
            int start = pem.indexOf(HEADER);
            int end = pem.indexOf(FOOTER);
            if (start < 0 || end < start) {
                throw new GeneralSecurityException("no PEM block 'PRIVATE KEY'");
            }
            try {
                byte[] der = Base64.getMimeDecoder().decode(pem.substring(start + HEADER.length(), end));
                PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
                if (!(key instanceof ECPrivateKey ec)
                        || ec.getParams().getOrder().bitLength() != P256_BITS) {
                    throw new GeneralSecurityException("not a key on the curve P-256");
                }
                return new SigningKey(new ApnsSigningKey(keyId, teamId, ec));
            } catch (IllegalArgumentException | InvalidKeySpecException malformed) {
                // Not as a cause: the decoders quote what they could not read.
                throw new GeneralSecurityException("no elliptic-curve key in PKCS#8");
            }
        }

        @Override
        public String toString() {
            return "SigningKey";
        }
    }

    /** A client certificate with its key. */
    record ClientCertificate(X509Certificate certificate, PrivateKey key, String password) implements Credential {

        @Override
        public void applyTo(ApnsClientBuilder builder) {
            builder.setClientCredentials(certificate, key, password);
        }

        /** Reads a PKCS#12 file; its first entry with a key counts. */
        static ClientCertificate read(InputStream in, String password) throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.isKeyEntry(alias) ? store.getKey(alias, password.toCharArray()) : null;
                Certificate certificate = store.getCertificate(alias);
                if (key instanceof PrivateKey privateKey && certificate instanceof X509Certificate x509) {
                    return new ClientCertificate(x509, privateKey, password);
                }
            }
            throw new GeneralSecurityException("no private key with an X.509 certificate");
        }

        @Override
        public String toString() {
            return "ClientCertificate";
        }
    }

    /** Reads trusted certificates in PEM or DER. */
    static X509Certificate[] certificates(InputStream in) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
    }
}
