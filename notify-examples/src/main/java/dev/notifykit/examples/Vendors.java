package dev.notifykit.examples;

import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.push.Environment;
import dev.notifykit.push.PushService;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.SimulatorProcess;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The services that a campaign goes through: the real vendors', or simulated ones in a second JVM, which ends with this. */
final class Vendors implements AutoCloseable {

    /** Where the vendors would ask for 10 s (FCM) and 15 min (APNs) after an error, a demonstration has no time. */
    static final Duration DEMO_BACKOFF = Duration.ofSeconds(1);

    static final Duration DEMO_MAX_BACKOFF = Duration.ofSeconds(2);

    /** A bad day fails every fourth attempt; twelve in a row then fail one row in ten million. */
    private static final int DEMO_ATTEMPTS = 12;

    private static final int APNS_CONNECTIONS = 4;

    /** pushy, the client underneath, fails everything on a connection that says GOAWAY: little may be in flight on one. */
    private static final int APNS_IN_FLIGHT_PER_CONNECTION = 50;

    /** A million ids take 150 MB there, and are copied once. */
    private static final List<String> CHILD_OPTIONS = List.of("-Xmx768m");

    private static final String PROJECT = "notifykit-test";

    private final List<PushService> services;
    private final @Nullable SimulatorProcess simulators;
    private final @Nullable Weather weather;

    private Vendors(List<PushService> services, @Nullable SimulatorProcess simulators, @Nullable Weather weather) {
        this.services = List.copyOf(services);
        this.simulators = simulators;
        this.weather = weather;
    }

    /** Connects to whom the arguments name. */
    static Vendors of(Arguments arguments) throws IOException {
        if (!arguments.simulated()) {
            return real(arguments);
        }
        Weather weather = arguments.harsh() ? Weather.harsh() : Weather.realistic();
        SimulatorProcess simulators = SimulatorProcess.start(CHILD_OPTIONS, weather.options(arguments.seed()));
        PushService apns = simulatedApns(simulators, weather);
        return new Vendors(
                List.of(
                        arguments.loseOne() ? new LosesOne(apns, new AtomicBoolean()) : apns,
                        simulatedFcm(simulators, weather)),
                simulators,
                weather);
    }

    private static Vendors real(Arguments arguments) {
        List<PushService> services = new ArrayList<>();
        Arguments.ApnsAccount account = arguments.apns();
        if (account != null) {
            ApnsPushService.Builder apns = ApnsPushService.builder()
                    .signingKey(account.key())
                    .teamId(account.teamId())
                    .keyId(account.keyId())
                    .environment(account.sandbox() ? Environment.SANDBOX : Environment.PRODUCTION);
            if (account.topic() != null) {
                apns.topic(account.topic());
            }
            services.add(apns.build());
        }
        if (arguments.fcmServiceAccount() != null) {
            services.add(FcmPushService.builder()
                    .serviceAccount(arguments.fcmServiceAccount())
                    .build());
        }
        return new Vendors(services, null, null);
    }

    private static PushService simulatedApns(SimulatorProcess simulators, Weather weather) {
        return ApnsPushService.builder()
                .signingKey(simulators.signingKeyFile())
                .teamId(simulators.teamId())
                .keyId(simulators.keyId())
                .host(simulators.host())
                .port(simulators.apnsPort())
                .trustedCertificates(simulators.trustedCertificateFile())
                .connections(APNS_CONNECTIONS)
                .maxInFlight(APNS_CONNECTIONS * APNS_IN_FLIGHT_PER_CONNECTION)
                .attemptTimeout(weather.attemptTimeout())
                .serverErrorBackoff(DEMO_BACKOFF)
                .build();
    }

    private static PushService simulatedFcm(SimulatorProcess simulators, Weather weather) {
        return FcmPushService.builder()
                .serviceAccount(simulators.serviceAccountFile(PROJECT))
                .baseUri(simulators.fcmUri())
                .trustedCertificates(simulators.trustedCertificateFile())
                .attemptTimeout(weather.attemptTimeout())
                .minimumBackoff(DEMO_BACKOFF)
                .build();
    }

    List<PushService> services() {
        return services;
    }

    /** What is simulated; null: nothing. */
    @Nullable
    Weather weather() {
        return weather;
    }

    /** The library's own policy, but for a demonstration. */
    RetryPolicy retryPolicy() {
        return simulators == null
                ? RetryPolicy.defaults()
                : RetryPolicy.builder()
                        .firstBackoff(DEMO_BACKOFF)
                        .maxBackoff(DEMO_MAX_BACKOFF)
                        .maxAttempts(DEMO_ATTEMPTS)
                        .build();
    }

    /** Enters the simulators' journals into the ledger, id by id. Null where the vendors are real and cannot be asked. */
    @Nullable
    JournalTotals readJournals(Ledger ledger) throws IOException {
        if (simulators == null) {
            return null;
        }
        JournalTotals totals = new JournalTotals(0, 0, 0);
        for (PushService service : services) {
            String provider = service.provider().value();
            simulators.forEachAccepted(provider, entry -> ledger.journaled(service.provider(), entry.token()));
            JournalSummary summary = simulators.summary(provider);
            long dead = summary.rejected().getOrDefault("Unregistered", 0L)
                    + summary.rejected().getOrDefault("UNREGISTERED", 0L);
            totals = totals.plus(new JournalTotals(summary.duplicates(), summary.withoutId(), dead));
        }
        return totals;
    }

    /** Ends the simulators; the services belong to the client that was built with them. */
    @Override
    public void close() {
        if (simulators != null) {
            simulators.close();
        }
    }
}
