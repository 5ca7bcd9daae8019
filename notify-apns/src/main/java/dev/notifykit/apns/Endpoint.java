package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.notifykit.push.Environment;
import java.util.Locale;

/**
 * Where the service connects to. Device tokens, content and a signed provider token go there, so that a host which is neither Apple's
 * nor this machine is taken only when the builder is told so.
 *
 * @param host the host's name
 * @param port the port
 */
record Endpoint(String host, int port) {

    /** HTTPS; Apple also listens on 2197, for networks that let only known ports out. */
    static final int DEFAULT_PORT = ApnsClientBuilder.DEFAULT_APNS_PORT;

    static String hostOf(Environment environment) {
        return environment == Environment.PRODUCTION
                ? ApnsClientBuilder.PRODUCTION_APNS_HOST
                : ApnsClientBuilder.DEVELOPMENT_APNS_HOST;
    }

    /** Whether it is Apple's host of the other environment, where every token is a bad one. */
    boolean belongsToOther(Environment environment) {
        for (Environment other : Environment.values()) {
            if (other != environment && host.equalsIgnoreCase(hostOf(other))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is neither Apple's nor this machine. A name that merely resolves to this machine is foreign. */
    boolean foreign() {
        for (Environment environment : Environment.values()) {
            if (host.equalsIgnoreCase(hostOf(environment))) {
                return false;
            }
        }
        return !loopback(host.toLowerCase(Locale.ROOT));
    }

    private static boolean loopback(String host) {
        if (host.equals("localhost") || host.equals("::1")) {
            return true;
        }
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("127")) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
