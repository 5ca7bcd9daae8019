package dev.notifykit.examples;

import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Environment;
import dev.notifykit.push.PushService;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.SimulatorProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The services that a campaign goes through: the real vendors', or simulated ones in a second JVM, which ends with this. */
final class Vendors implements AutoCloseable {

    static final Duration DEMO_MAX_BACKOFF = Duration.ofSeconds(2);

    /** A bad day fails every fourth attempt; twelve in a row then fail one row in ten million. */
    private static final int DEMO_ATTEMPTS = 12;

    /** A million ids take 150 MB there, and are copied once. */
    private static final List<String> CHILD_OPTIONS = List.of("-Xmx768m");

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
        return new Vendors(
                services(SimulatedVendors.of(simulators), weather, arguments.loseOne()), simulators, weather);
    }

    /** Connects to simulated vendors that somebody else has started. */
    static List<PushService> services(SimulatedVendors simulated, Weather weather, boolean loseOne) {
        PushService apns = simulated.apns(weather.attemptTimeout());
        return List.of(
                loseOne ? new LosesOne(apns, new AtomicBoolean()) : apns, simulated.fcm(weather.attemptTimeout()));
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

    List<PushService> services() {
        return services;
    }

    /**
     * All apps go through one service for each vendor, so its lanes divide what it can hold open.
     *
     * @param most what a lane may hold open in any case
     * @param weather null where the vendors are real
     */
    static LaneLimits limits(PushService service, int apps, int most, @Nullable Weather weather) {
        LaneLimits.Builder limits =
                LaneLimits.builder().maxInFlight(Math.min(most, Math.max(1, service.maxInFlight() / apps)));
        if (weather != null) {
            limits.retryBudget(weather.retryShare(), weather.retriesPerSecond());
        }
        return limits.build();
    }

    /** What is simulated; null: nothing. */
    @Nullable
    Weather weather() {
        return weather;
    }

    /** The library's own policy, but for a demonstration. */
    RetryPolicy retryPolicy() {
        return simulators == null ? RetryPolicy.defaults() : demoRetryPolicy();
    }

    /** For simulated vendors. */
    static RetryPolicy demoRetryPolicy() {
        return RetryPolicy.builder()
                .firstBackoff(SimulatedVendors.BACKOFF)
                .maxBackoff(DEMO_MAX_BACKOFF)
                .maxAttempts(DEMO_ATTEMPTS)
                .build();
    }

    /** Enters the simulators' journals into the ledger, id by id. Null where the vendors are real and cannot be asked. */
    @Nullable
    JournalTotals readJournals(Ledger ledger) throws IOException {
        return simulators == null
                ? null
                : JournalTotals.read(simulators, (provider, entry) -> ledger.journaled(provider, entry.token()));
    }

    /** Ends the simulators; the services belong to the client that was built with them. */
    @Override
    public void close() {
        if (simulators != null) {
            simulators.close();
        }
    }
}
