package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.credentials.TestCertificates;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The server's side of TLS: ALPN offers h2 alone, and clients without ALPN are taken at their word, as pushy needs it. */
final class ServerTls {
    private ServerTls() {}

    static SslContext context(ServerSettings settings) {
        TestCertificates certificates = settings.certificates();
        try {
            return SslContextBuilder.forServer(
                            certificates.serverKey(), certificates.serverChain().toArray(X509Certificate[]::new))
                    // tcnative is several times as fast, where a test has it on its class path.
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .trustManager(certificates.authority())
                    .clientAuth(settings.clientCertificates() ? ClientAuth.OPTIONAL : ClientAuth.NONE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            // The one failure behaviour that both TLS providers know.
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("could not set up TLS with the test certificates", e);
        }
    }

    /** Whether the client has shown a certificate. */
    static boolean isCertified(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        try {
            return tls != null && tls.engine().getSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false; // the way the JDK says that there is none
        }
    }
}
