package dev.notifykit.http2;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy through which connections are made, by CONNECT. Host names are looked up by the proxy. Immutable.
 *
 * @param host its name or address
 * @param port 1 to 65,535
 * @param user for Basic authentication; null for none
 * @param password for Basic authentication; null for none
 */
public record Http2Proxy(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the port is none, or only one of user and password is there
     */
    public Http2Proxy {
        Objects.requireNonNull(host, "host");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a proxy's port is 1 to 65535, not " + port);
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("user and password of a proxy go together");
        }
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return "Http2Proxy[" + host + ":" + port + "]";
    }
}
