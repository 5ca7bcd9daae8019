package dev.notifykit.examples;

import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.push.PushService;
import dev.notifykit.testkit.SimulatorProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * Where the simulated vendors are, and with what one signs in there. Immutable.
 *
 * @param host of both
 * @param apnsPort of APNs
 * @param signingKey the {@code .p8} file for APNs
 * @param keyId of that key
 * @param teamId of that key
 * @param fcm of FCM
 * @param serviceAccount the file for FCM
 * @param trusted the certificate to trust
 */
record SimulatedVendors(
        String host,
        int apnsPort,
        Path signingKey,
        String keyId,
        String teamId,
        URI fcm,
        Path serviceAccount,
        Path trusted) {

    /** Where the vendors would ask for 10 s (FCM) and 15 min (APNs) after an error, a demonstration has no time. */
    static final Duration BACKOFF = Duration.ofSeconds(1);

    private static final String PROJECT = "notifykit-test";

    private static final int APNS_CONNECTIONS = 4;

    /** pushy, the client underneath, fails everything on a connection that says GOAWAY: little may be in flight on one. */
    private static final int APNS_IN_FLIGHT_PER_CONNECTION = 50;

    static SimulatedVendors of(SimulatorProcess simulators) {
        return new SimulatedVendors(
                simulators.host(),
                simulators.apnsPort(),
                simulators.signingKeyFile(),
                simulators.keyId(),
                simulators.teamId(),
                simulators.fcmUri(),
                simulators.serviceAccountFile(PROJECT),
                simulators.trustedCertificateFile());
    }

    /** Reads what {@link #save} wrote. */
    static SimulatedVendors load(Properties from) {
        return new SimulatedVendors(
                from.getProperty("vendors.host"),
                Integer.parseInt(from.getProperty("vendors.apns.port")),
                Path.of(from.getProperty("vendors.apns.key")),
                from.getProperty("vendors.apns.key-id"),
                from.getProperty("vendors.apns.team-id"),
                URI.create(from.getProperty("vendors.fcm")),
                Path.of(from.getProperty("vendors.fcm.account")),
                Path.of(from.getProperty("vendors.trusted")));
    }

    void save(Properties to) {
        to.setProperty("vendors.host", host);
        to.setProperty("vendors.apns.port", Integer.toString(apnsPort));
        to.setProperty("vendors.apns.key", signingKey.toString());
        to.setProperty("vendors.apns.key-id", keyId);
        to.setProperty("vendors.apns.team-id", teamId);
        to.setProperty("vendors.fcm", fcm.toString());
        to.setProperty("vendors.fcm.account", serviceAccount.toString());
        to.setProperty("vendors.trusted", trusted.toString());
    }

    PushService apns(Duration attemptTimeout) {
        return ApnsPushService.builder()
                .signingKey(signingKey)
                .teamId(teamId)
                .keyId(keyId)
                .host(host)
                .port(apnsPort)
                .trustedCertificates(trusted)
                .connections(APNS_CONNECTIONS)
                .maxInFlight(APNS_CONNECTIONS * APNS_IN_FLIGHT_PER_CONNECTION)
                .attemptTimeout(attemptTimeout)
                .serverErrorBackoff(BACKOFF)
                .build();
    }

    PushService fcm(Duration attemptTimeout) {
        return FcmPushService.builder()
                .serviceAccount(serviceAccount)
                .baseUri(fcm)
                .trustedCertificates(trusted)
                .attemptTimeout(attemptTimeout)
                .minimumBackoff(BACKOFF)
                .build();
    }
}
