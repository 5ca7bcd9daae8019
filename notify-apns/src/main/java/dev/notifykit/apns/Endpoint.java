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

    private static final String PRODUCTION_CHANNELS = "api-manage-broadcast.push.apple.com";
    private static final String SANDBOX_CHANNELS = "api-manage-broadcast.sandbox.push.apple.com";
    private static final int PRODUCTION_CHANNELS_PORT = 2196;
    private static final int SANDBOX_CHANNELS_PORT = 2195;

    /** Apple's host for the management of channels. */
    static Endpoint ofChannels(Environment environment) {
        return environment == Environment.PRODUCTION
                ? new Endpoint(PRODUCTION_CHANNELS, PRODUCTION_CHANNELS_PORT)
                : new Endpoint(SANDBOX_CHANNELS, SANDBOX_CHANNELS_PORT);
    }

    /** Apple's host for pushes. */
    static String hostOf(Environment environment) {
        return environment == Environment.PRODUCTION
                ? ApnsClientBuilder.PRODUCTION_APNS_HOST
                : ApnsClientBuilder.DEVELOPMENT_APNS_HOST;
    }

    /** Whether it is Apple's host of the other environment, where every token is a bad one. */
    boolean belongsToOther(Environment environment) {
        for (Environment other : Environment.values()) {
            if (other != environment && appleOf(other)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is one of Apple's hosts. */
    boolean apple() {
        for (Environment environment : Environment.values()) {
            if (appleOf(environment)) {
                return true;
            }
        }
        return false;
    }

    private boolean appleOf(Environment environment) {
        return host.equalsIgnoreCase(hostOf(environment))
                || host.equalsIgnoreCase(ofChannels(environment).host());
    }

    /** Whether it is neither Apple's nor this machine. A name that merely resolves to this machine is foreign. */
    boolean foreign() {
        return !apple() && !loopback(host.toLowerCase(Locale.ROOT));
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
