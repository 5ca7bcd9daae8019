package dev.notifykit.testkit.credentials;

import dev.notifykit.testkit.internal.tls.CertificateAuthority;
import dev.notifykit.testkit.internal.tls.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A test certificate authority and a server certificate of it for {@code localhost}, {@code 127.0.0.1} and {@code ::1}, all on
 * P-256. Immutable and thread-safe. A client of a simulator has to trust {@link #authority()}.
 */
public final class TestCertificates {
    private final CertificateAuthority authority;
    private final KeyPair serverKeys;
    private final X509Certificate server;

    private TestCertificates() {
        this.authority = new CertificateAuthority("NotifyKit test authority");
        this.serverKeys = CertificateAuthority.newKeyPair();
        this.server = authority.issueServer(serverKeys.getPublic(), List.of("localhost"), loopbackAddresses());
    }

    /** Makes a new authority and a new server certificate; takes a few milliseconds. */
    public static TestCertificates create() {
        return new TestCertificates();
    }

    /** The certificate that a client has to trust. */
    public X509Certificate authority() {
        return authority.certificate();
    }

    /** {@link #authority()} as PEM text. */
    public String authorityPem() {
        return pem(authority());
    }

    /** The server's certificate chain, its own first, without the root. */
    public List<X509Certificate> serverChain() {
        return List.of(server);
    }

    /** The private key of the server's certificate. */
    public PrivateKey serverKey() {
        return serverKeys.getPrivate();
    }

    /** An {@link SSLContext} for a client that trusts {@link #authority()} and nothing else. */
    public SSLContext clientContext() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", authority());
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("could not make a TLS context that trusts the test authority", e);
        }
    }

    /**
     * A PKCS#12 file with a client certificate of {@link #authority()}, as Apple issues them for a bundle id.
     *
     * @param commonName the subject's common name
     * @param password protects the file and the key in it
     */
    public byte[] clientPkcs12(String commonName, String password) {
        KeyPair keys = CertificateAuthority.newKeyPair();
        X509Certificate certificate = authority.issueClient(keys.getPublic(), commonName);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            X509Certificate[] chain = {certificate, authority()};
            store.setKeyEntry("client", keys.getPrivate(), password.toCharArray(), chain);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password.toCharArray());
            return out.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("could not write a PKCS#12 file", e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the JDK made this certificate from its encoding", e);
        }
    }

    private static List<InetAddress> loopbackAddresses() {
        try {
            byte[] six = new byte[16];
            six[15] = 1;
            return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), InetAddress.getByAddress(six));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("literal addresses of 4 and 16 bytes", e);
        }
    }

    @Override
    public String toString() {
        return "TestCertificates[" + authority().getSubjectX500Principal().getName() + "]";
    }
}
