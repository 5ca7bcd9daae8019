package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.DeviceStoreContract.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Scan;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Random calls to a store and to the reference, side by side; few names and few times, so that everything meets everything. */
final class DeviceStoreModel {

    private static final int STEPS = 10_000;
    private static final int COMPARE_ALL_EVERY = 25;

    private static final List<AppId> APPS = List.of(AppId.of("app"), AppId.of("app:2"));
    private static final List<UserId> USERS = List.of(
            UserId.of("ann"), UserId.of("bob"), UserId.of("{ann}:i"), UserId.of("ann\n"), UserId.of("\uD83D\uDE00"));
    private static final List<InstallationId> INSTALLATIONS =
            List.of(InstallationId.of("i"), InstallationId.of("i:j"), InstallationId.of("{k}"), InstallationId.of("l"));
    private static final List<Target> TARGETS = targets();

    private final DeviceStore store;
    private final DeviceStoreReference reference =
            new DeviceStoreReference(DeviceStoreContract.DEVICES_PER_USER, DeviceStoreContract.DEAD_TOKEN_TTL);
    private final Instant noon;
    private final Consumer<Duration> passTime;
    private final Random random;
    private final StepLog log;
    private final Map<Registration.Kind, Integer> kinds = new EnumMap<>(Registration.Kind.class);
    private final Map<TokenVerdict.Effect, Integer> effects = new EnumMap<>(TokenVerdict.Effect.class);
    private Device last;
    private int evicted;

    DeviceStoreModel(DeviceStore store, Instant noon, Consumer<Duration> passTime, long seed) {
        this.store = store;
        this.noon = noon;
        this.passTime = passTime;
        random = new Random(seed);
        log = new StepLog(seed);
        last = device();
    }

    /** Fails with the seed and the last steps when the store and the reference part. */
    void run() {
        try {
            for (int i = 1; i <= STEPS; i++) {
                step();
                compare(any(USERS));
                if (i % COMPARE_ALL_EVERY == 0) {
                    compareAll();
                }
            }
            compareAll();
            assertEquals(Registration.Kind.values().length, kinds.size(), "kinds of registrations that were met");
            assertEquals(TokenVerdict.Effect.values().length, effects.size(), "effects of verdicts that were met");
            assertTrue(evicted > 0, "devices that made place");
        } catch (RuntimeException | AssertionError e) {
            throw log.failure(e);
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 38) {
            register(device());
        } else if (dice < 41) {
            register(last);
        } else if (dice < 47) {
            unregisterInstallation();
        } else if (dice < 50) {
            unregisterTarget();
        } else if (dice < 62) {
            seen();
        } else if (dice < 64) {
            erase();
        } else if (dice < 80) {
            verdict();
        } else if (dice < 86) {
            find();
        } else if (dice < 92) {
            ofApp();
        } else if (dice < 96) {
            sweep();
        } else {
            pass();
        }
    }

    private void register(Device device) {
        log.add("register user " + USERS.indexOf(device.user()) + ", installation "
                + INSTALLATIONS.indexOf(device.installation()) + ", target " + TARGETS.indexOf(device.target()) + ", "
                + device);
        Registration expected = reference.register(device);
        assertEquals(expected, get(store.register(device)));
        last = device;
        kinds.merge(expected.kind(), 1, Integer::sum);
        evicted += expected.evicted();
    }

    private void unregisterInstallation() {
        UserId user = any(USERS);
        AppId app = any(APPS);
        InstallationId installation = any(INSTALLATIONS);
        log.add("unregister user " + USERS.indexOf(user) + ", " + app + ", installation "
                + INSTALLATIONS.indexOf(installation));
        assertEquals(reference.unregister(user, app, installation), get(store.unregister(user, app, installation)));
    }

    private void unregisterTarget() {
        UserId user = any(USERS);
        Target target = any(TARGETS);
        log.add("unregister user " + USERS.indexOf(user) + ", target " + TARGETS.indexOf(target));
        assertEquals(reference.unregister(user, target), get(store.unregister(user, target)));
    }

    private void seen() {
        Target target = any(TARGETS);
        Instant at = time();
        log.add("seen target " + TARGETS.indexOf(target) + " at " + at);
        assertEquals(reference.seen(target, at), get(store.seen(target, at)));
    }

    private void erase() {
        UserId user = any(USERS);
        log.add("erase user " + USERS.indexOf(user));
        assertEquals(reference.erase(user), get(store.erase(user)));
    }

    private void verdict() {
        TokenVerdict verdict = new TokenVerdict(any(TARGETS), random.nextInt(3) == 0 ? null : time(), time());
        log.add("target " + TARGETS.indexOf(verdict.target()) + ", " + verdict);
        TokenVerdict.Effect expected = reference.verdict(verdict);
        assertEquals(expected, get(store.verdict(verdict)));
        effects.merge(expected, 1, Integer::sum);
    }

    private void find() {
        Target target = any(TARGETS);
        log.add("find target " + TARGETS.indexOf(target));
        assertEquals(reference.find(target), get(store.find(target)));
    }

    private void ofApp() {
        UserId user = any(USERS);
        AppId app = any(APPS);
        log.add("devices of user " + USERS.indexOf(user) + ", " + app);
        assertEquals(reference.devicesOf(user, d -> d.target().app().equals(app)), get(store.devicesOf(user, app)));
    }

    private void sweep() {
        boolean dryRun = random.nextInt(3) > 0;
        // Mostly of the older ones, or little would be left to work on.
        Instant before = noon.plusMillis(random.nextInt(8));
        int limit = 1 + random.nextInt(12);
        log.add("sweep before " + before + (dryRun ? ", dry run" : "") + ", limit " + limit);
        int examined = reference.size();
        assertEquals(
                new SweepReport(examined, reference.sweepStale(before, dryRun), null),
                DeviceStoreContract.sweep(store, new StaleSweep(before, dryRun, null, limit)));
    }

    private void pass() {
        Duration by = DeviceStoreContract.DEAD_TOKEN_TTL.dividedBy(4).multipliedBy(random.nextInt(6));
        log.add("pass " + by);
        passTime.accept(by);
        reference.passTime(by);
    }

    private void compareAll() {
        USERS.forEach(this::compare);
        for (Target target : TARGETS) {
            assertEquals(reference.find(target), get(store.find(target)), "target " + TARGETS.indexOf(target));
        }
        AppId app = any(APPS);
        InstallationId installation = any(INSTALLATIONS);
        assertEquals(
                reference.find(app, installation),
                get(store.find(app, installation)),
                "installation " + INSTALLATIONS.indexOf(installation));
        assertEquals(
                reference.listed(app),
                DeviceStoreContract.listed(store, app, Scan.all().limit(1 + random.nextInt(6))),
                "listing of " + app);
    }

    private void compare(UserId user) {
        assertEquals(
                reference.devicesOf(user, d -> true),
                get(store.devicesOf(user)),
                "devices of user " + USERS.indexOf(user));
        assertEquals(reference.dead(TARGETS), get(store.dead(TARGETS)), "dead tokens");
    }

    private Device device() {
        Device.Builder device = Device.builder(any(USERS), any(TARGETS), time());
        if (random.nextInt(5) > 0) {
            device.installation(any(INSTALLATIONS));
        }
        if (random.nextBoolean()) {
            device.lastSeen(time());
        }
        if (random.nextBoolean()) {
            device.locale(random.nextBoolean() ? Locale.GERMANY : Locale.ROOT);
        }
        if (random.nextBoolean()) {
            device.zone(ZoneId.of(random.nextBoolean() ? "Asia/Kolkata" : "+05:45"));
        }
        return device.build();
    }

    private Instant time() {
        return noon.plusMillis(random.nextInt(20));
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        for (AppId app : APPS) {
            for (String address : List.of("t", "u", "v:w")) {
                targets.add(new Target(app, ProviderId.FCM, Environment.PRODUCTION, address));
                targets.add(new Target(app, ProviderId.APNS, Environment.PRODUCTION, address));
            }
            targets.add(new Target(app, ProviderId.APNS, Environment.SANDBOX, "t"));
        }
        return List.copyOf(targets);
    }
}
