package dev.notifykit.benchmarks;

/**
 * What a figure was measured under: the clients of a comparison have it in common. Immutable.
 *
 * @param part {@code apns}, {@code fcm} or {@code mixed}
 * @param java version of the measured JVMs
 * @param latency of the simulated vendors, in milliseconds
 * @param inFlight how many messages were open at once, if the client took as many; of a mixed fan-out at each vendor
 * @param recipients how many a fan-out had; 0 where the clients differ in how much they sent
 */
record Place(String part, String java, int latency, int inFlight, int recipients) {

    /** Such as 17. */
    String javaMajor() {
        return java.split("\\.", 2)[0];
    }
}
