package dev.notifykit.testkit.fault;

import java.util.Map;

/**
 * What went through a {@link FaultProxy} since it started. Immutable.
 *
 * @param connections connections that clients made
 * @param openConnections those that their client has not closed yet, and that the proxy has not reset
 * @param bytesToServer bytes passed on to the server
 * @param bytesToClient bytes passed on to clients
 * @param bytesLost bytes read from either side and thrown away
 * @param faults how often each fault took effect; a fault that never did is absent
 */
public record ProxyTraffic(
        long connections,
        int openConnections,
        long bytesToServer,
        long bytesToClient,
        long bytesLost,
        Map<Fault, Long> faults) {
    /** Copies the map. */
    public ProxyTraffic {
        faults = Map.copyOf(faults);
    }

    /** How often the fault took effect. */
    public long count(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }
}
