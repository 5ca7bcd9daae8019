package dev.notifykit.push;

import java.util.Objects;

/**
 * Where one push goes. The address means what the provider says it means: a device token, an e-mail address. Immutable;
 * {@link #toString()} never shows the address.
 *
 * @param app the application
 * @param provider the channel
 * @param environment the provider's world; {@link Environment#PRODUCTION} where there is only one
 * @param address the provider's address; not empty, at most {@value #MAX_ADDRESS_LENGTH} characters
 */
public record Target(AppId app, ProviderId provider, Environment environment, String address) {

    /** Longer than any token a vendor has given out; it keeps a hostile address from filling memory. */
    public static final int MAX_ADDRESS_LENGTH = 4096;

    /** Checks the address. */
    public Target {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(environment, "environment");
        if (address.isBlank() || address.length() > MAX_ADDRESS_LENGTH) {
            throw new IllegalArgumentException("address must have 1 to " + MAX_ADDRESS_LENGTH + " characters, has "
                    + (address.isBlank() ? "only white space" : String.valueOf(address.length())));
        }
    }

    /**
     * A target in APNs' production world.
     *
     * @param app the application id
     * @param token the device token, hexadecimal
     * @return the target
     */
    public static Target apns(String app, String token) {
        return new Target(AppId.of(app), ProviderId.APNS, Environment.PRODUCTION, token);
    }

    /**
     * A target at FCM.
     *
     * @param app the application id
     * @param token the registration token
     * @return the target
     */
    public static Target fcm(String app, String token) {
        return new Target(AppId.of(app), ProviderId.FCM, Environment.PRODUCTION, token);
    }

    /**
     * A name for this target that does not show its address, for keys and for finding it again in logs.
     *
     * @return 32 hexadecimal digits, the same for equal targets everywhere
     */
    public String digest() {
        // NUL cannot occur in the names before the address.
        return Digest.of(app + "\0" + provider + "\0" + environment + "\0" + address);
    }

    /** Shows the lane and at most the last four characters of the address. */
    @Override
    public String toString() {
        String tail = address.length() < 16 ? "" : address.substring(address.length() - 4);
        return app + "/" + provider + "/" + environment + "/…" + tail;
    }
}
