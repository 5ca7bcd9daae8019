package dev.notifykit.push;

/**
 * The id of a channel that carries notifications: {@link #APNS}, {@link #FCM}, or a host's own such as {@code email}. An open set;
 * printable ASCII, at most 200 characters. Immutable.
 *
 * @param value the name
 */
public record ProviderId(String value) {

    /** Apple Push Notification service. */
    public static final ProviderId APNS = new ProviderId("apns");

    /** Firebase Cloud Messaging. */
    public static final ProviderId FCM = new ProviderId("fcm");

    /** Checks the name. */
    public ProviderId {
        Names.require("provider id", value);
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static ProviderId of(String value) {
        return new ProviderId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
