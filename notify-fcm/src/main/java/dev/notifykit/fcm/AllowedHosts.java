package dev.notifykit.fcm;

import dev.notifykit.push.Problems;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where requests may go. Both addresses come from configuration, the token endpoint's even from inside the key file, so a forged file
 * could make this process talk to any host of its network; only Google's host and this machine are allowed unless the host says
 * otherwise. Immutable.
 */
record AllowedHosts(boolean any) {

    static final String FCM = "fcm.googleapis.com";
    static final String TOKEN = "oauth2.googleapis.com";

    /**
     * Notes what is wrong with an address, never showing its path or user info.
     *
     * @param plainHere whether plain http to this machine is good enough
     */
    void check(Problems problems, String field, URI uri, String vendorHost, boolean plainHere) {
        String host = uri.getHost();
        if (host == null || uri.getUserInfo() != null) {
            problems.add(field, "has no plain host", "use an address like https://" + vendorHost);
            return;
        }
        if (!permits(host, vendorHost)) {
            problems.add(
                    field,
                    "the host " + host + " is neither " + vendorHost + " nor this machine",
                    "set allowForeignHost(true) if you trust it");
        }
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        boolean plain = "http".equalsIgnoreCase(uri.getScheme()) && plainHere && isLoopback(host);
        problems.require(
                https || plain,
                field,
                "must be https",
                plainHere ? "plain http is only for this machine" : "HTTP/2 needs it");
    }

    boolean permits(@Nullable String host, String vendorHost) {
        return host != null && (any || host.equalsIgnoreCase(vendorHost) || isLoopback(host));
    }

    static boolean isLoopback(String host) {
        String h = host.toLowerCase(Locale.ROOT);
        // Literals and the reserved name only: nothing is looked up, so no name server can make another host pass.
        return h.equals("localhost") || h.equals("[::1]") || h.equals("::1") || h.matches("127(\\.\\d{1,3}){3}");
    }
}
