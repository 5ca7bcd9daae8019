package dev.notifykit.fcm;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Whom a TLS client trusts: the JVM's authorities, or only the certificates that were given. Host names are always verified. */
final class TrustedCertificates {

    private final @Nullable SSLContext context;
    private final @Nullable X509TrustManager manager;

    private TrustedCertificates(@Nullable SSLContext context, @Nullable X509TrustManager manager) {
        this.context = context;
        this.manager = manager;
    }

    static TrustedCertificates of(List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            return new TrustedCertificates(null, null);
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("trusted-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager candidate : factory.getTrustManagers()) {
                if (candidate instanceof X509TrustManager x509) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {x509}, null);
                    return new TrustedCertificates(context, x509);
                }
            }
            throw new IllegalStateException("this JVM has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot make a TLS context of certificates", e);
        }
    }

    OkHttpClient.Builder applyTo(OkHttpClient.Builder builder) {
        return context == null || manager == null
                ? builder
                : builder.sslSocketFactory(context.getSocketFactory(), manager);
    }
}
