package dev.notifykit.push;

/** The order in our own lanes. What the vendor does with a notification is an option of the notification, not this. */
public enum Urgency {
    /** Overtakes everything that is {@link #BULK}: a one-time password, a message from a person. */
    URGENT,
    /** Waits behind the urgent ones: a campaign. It still gets at least a tenth of the turns. */
    BULK
}
