package dev.notifykit.apns;

import dev.notifykit.http2.FreeStreams;
import dev.notifykit.http2.Http2Client;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Makes HTTP/2 clients that are all alike: to one host, with one credential. Immutable.
 *
 * @param streams how many requests there may be at a time, if Apple allows it
 */
record Http2Dialer(
        Endpoint endpoint,
        Credential credential,
        List<X509Certificate> trusted,
        int connections,
        int streams,
        Duration attemptTimeout) {

    /** Half of the default attempt timeout is left for the answer. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** As pushy does; Apple asks for no more than one in an hour, and networks forget sooner. */
    private static final Duration PING_INTERVAL = Duration.ofMinutes(1);

    /** Apple advises not to have these remembered, so that the rest is. */
    private static final String[] CHANGING = {":path", "apns-id", "apns-request-id", "apns-collapse-id"};

    private static final int HTTPS = 443;

    Http2Dialer {
        trusted = List.copyOf(trusted);
    }

    /**
     * Makes a client; the first request opens a connection.
     *
     * @throws IllegalArgumentException when TLS or the host cannot be used
     */
    Http2Client open(FreeStreams listener, int maxBody) {
        Http2Client.Builder builder = Http2Client.builder(URI.create("https://" + authority()))
                .connections(connections)
                .streams(Math.max(1, streams / connections))
                .connectTimeout(CONNECT_TIMEOUT)
                .requestTimeout(attemptTimeout)
                .pingInterval(PING_INTERVAL)
                .maxBody(maxBody)
                .changing(CHANGING)
                .trusted(trusted)
                .listener(listener);
        if (credential instanceof Credential.ClientCertificate certificate) {
            builder.clientCertificate(certificate.key(), List.of(certificate.certificate()));
        }
        return builder.build();
    }

    /** Host, and port where it is not 443. */
    String authority() {
        String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
        return endpoint.port() == HTTPS ? host : host + ":" + endpoint.port();
    }
}
