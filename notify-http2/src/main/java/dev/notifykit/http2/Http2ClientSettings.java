package dev.notifykit.http2;

import io.netty.util.AsciiString;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client was built with; see its builder.
 *
 * @param lastStream with which id a connection begins its last request
 * @param changing the names of headers that differ from request to request
 */
record Http2ClientSettings(
        URI origin,
        int connections,
        int streams,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration pingInterval,
        Duration pingTimeout,
        int maxBody,
        int lastStream,
        int threads,
        Set<AsciiString> changing,
        List<X509Certificate> trusted,
        @Nullable Http2Proxy proxy,
        FreeStreams listener) {

    private static final int HTTPS = 443;

    Http2ClientSettings {
        changing = Set.copyOf(changing);
        trusted = List.copyOf(trusted);
    }

    String host() {
        String host = origin.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return origin.getPort() < 0 ? HTTPS : origin.getPort();
    }
}
