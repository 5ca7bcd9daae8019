package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What the builder was told about connections, checked. Immutable.
 *
 * @param endpoint where pushes go
 * @param channelsEndpoint where channels are managed
 */
record WireSettings(
        Endpoint endpoint,
        Endpoint channelsEndpoint,
        Credential credential,
        List<X509Certificate> trusted,
        int connections,
        int maxInFlight,
        Duration attemptTimeout,
        Duration serverErrorBackoff,
        InstantSource clock) {

    WireSettings {
        trusted = List.copyOf(trusted);
    }

    /** As far as pushy needs to know. */
    ApnsClientBuilder pushy() {
        ApnsClientBuilder pushy = new ApnsClientBuilder().setApnsServer(endpoint.host(), endpoint.port());
        credential.applyTo(pushy);
        if (!trusted.isEmpty()) {
            pushy.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
        }
        return pushy;
    }

    /** For our own wire to one of Apple's hosts. */
    Http2Dialer dialer(Endpoint to, int count) {
        return new Http2Dialer(to, credential, trusted, count, maxInFlight, attemptTimeout);
    }
}
