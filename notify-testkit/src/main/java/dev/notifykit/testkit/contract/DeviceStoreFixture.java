package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store under test, how it is made, and the words in which its rules are said. */
public abstract class DeviceStoreFixture {

    static final int DEVICES_PER_USER = 4;
    static final Duration DEAD_TOKEN_TTL = Duration.ofHours(1);

    /** How long, in real time, a call may take before it counts as hung. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    static final UserId ANN = UserId.of("ann");
    static final UserId BOB = UserId.of("bob");
    static final UserId EVE = UserId.of("eve");
    static final AppId APP = AppId.of("app");
    static final InstallationId PHONE = InstallationId.of("phone");
    static final InstallationId TABLET = InstallationId.of("tablet");
    static final Target T1 = Target.fcm("app", "t1");
    static final Target T2 = Target.fcm("app", "t2");
    static final Target T3 = Target.fcm("app", "t3");

    DeviceStore store;
    Instant noon;

    @SuppressWarnings("NullAway.Init") // set before each test
    DeviceStoreFixture() {}

    /**
     * Makes an empty store, apart from all others.
     *
     * @param devicesPerUser how many devices a user has at most
     * @param deadTokenTtl how long a dead token is remembered
     * @return a new store; the contract closes it
     */
    protected abstract DeviceStore createStore(int devicesPerUser, Duration deadTokenTtl);

    /**
     * Reads the clock of the store.
     *
     * @return now
     */
    protected abstract Instant now();

    /**
     * Lets time pass for the store that was made last: what ends meanwhile has ended afterwards.
     *
     * @param by at most a few hours
     */
    protected abstract void passTime(Duration by);

    @BeforeEach
    public final void open() {
        store = createStore(DEVICES_PER_USER, DEAD_TOKEN_TTL);
        noon = now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofDays(30));
    }

    @AfterEach
    public final void close() {
        store.close();
    }

    final Instant at(int seconds) {
        return noon.plusSeconds(seconds);
    }

    final Registration register(UserId user, InstallationId installation, Target target, int seconds) {
        return get(store.register(Device.builder(user, target, at(seconds))
                .installation(installation)
                .build()));
    }

    final Registration registerNameless(UserId user, Target target, int seconds) {
        return register(user, InstallationId.of(target), target, seconds);
    }

    final void fill(UserId user) {
        for (int i = 0; i < DEVICES_PER_USER; i++) {
            registerNameless(user, Target.fcm("app", "full" + i), i);
        }
    }

    final Set<Target> targetsOf(UserId user) {
        return Set.copyOf(inOrder(get(store.devicesOf(user))));
    }

    final void assertOwners(UserId user, Target target) {
        assertEquals(Optional.of(user), get(store.find(target)).map(Device::user), "who has the target");
        assertEquals(Set.of(target), targetsOf(user), "what the user has");
    }

    static List<Target> inOrder(List<Device> devices) {
        return devices.stream().map(Device::target).toList();
    }

    /** A whole sweep, added up. */
    static SweepReport sweep(DeviceStore store, StaleSweep first) {
        int examined = 0;
        int stale = 0;
        StaleSweep step = first;
        for (int steps = 0; steps < 10_000; steps++) {
            SweepReport report = get(store.sweepStale(step));
            assertTrue(report.examined() <= first.limit(), "looked at more than the limit");
            assertTrue(report.stale() <= report.examined(), "more stale ones than it looked at");
            examined += report.examined();
            stale += report.stale();
            if (report.next() == null) {
                return new SweepReport(examined, stale, null);
            }
            step = step.from(report.next());
        }
        throw new AssertionError("a sweep that does not end");
    }

    /** Waits for a store's answer, and fails when none comes. */
    static <T> T get(CompletionStage<T> stage) {
        return Answers.get(stage, PATIENCE);
    }
}
