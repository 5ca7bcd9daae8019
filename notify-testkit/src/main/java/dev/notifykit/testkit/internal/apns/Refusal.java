package dev.notifykit.testkit.internal.apns;

/**
 * The vendor's no to a request.
 *
 * @param status HTTP status
 * @param reason Apple's reason string
 */
record Refusal(int status, String reason) {
    static Refusal bad(String reason) {
        return new Refusal(400, reason);
    }

    static Refusal forbidden(String reason) {
        return new Refusal(403, reason);
    }
}
