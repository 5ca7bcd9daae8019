package dev.notifykit.redis;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.DeviceStoreUnavailableException;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.device.Scan;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.DeviceQuestions.Names;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps devices in Redis, for all instances.
 *
 * <p><b>How a token has one owner although it, its installation and its user lie on different nodes.</b> No script sees all three. So
 * the token's own entry is the truth: it names user and installation and holds the device. A device is registered exactly while
 *
 * <ul>
 *   <li>its token's entry names the user and the installation,
 *   <li>the installation names the token, and
 *   <li>the user has a place for the token.
 * </ul>
 *
 * <p>As an entry names one user, no token has two, whatever else is left over; as an installation names one token, it has no two; and a
 * user has no more devices than places. Each change becomes visible by one write on one node: a free token is written first, and
 * registered when the installation takes it, which in the same moment replaces the token before; a token that is registered gets its
 * new place and its new installation first, and changes hands when its entry is written anew. Meanwhile it is still with its
 * old owner, whose place and installation are freed afterwards. Removing begins with the entry.
 *
 * <p><b>A crash between two steps</b> leaves the state before or after that write, and places or installations that name a token which
 * does not name them. A look-up sees that they disagree and skips them. It frees them when they are older than any call under way
 * may be; so does a sweep. A registration that was repeated finds what was there, and goes on. If it broke off when a token that had an owner
 * was about to come to an installation that had another token, that other one is already gone: the next registration brings the new one.
 *
 * <p>Each registration draws a mark at random, and writes it wherever it writes. Every script that changes something compares the mark that
 * its caller has seen, and takes its own for "done before": so each may be run again, and two calls on one token go one after the
 * other, or one of them starts over. Readers of several keys read the token again when the keys disagree.
 *
 * <p>Thread-safe. Calls that come at the same time ride together, each round in one pipeline. Stages end on the store's own thread
 * ({@code notify-redis-devices}): what hangs on them must not block. Every stage ends within the timeout of the settings, exceptionally
 * with {@link DeviceStoreUnavailableException}, also when what is stored is damaged or from a newer build. The clock is Redis's.
 */
final class RedisDeviceStore implements DeviceStore {

    private static final int MARK_BYTES = 8;

    private final int devicesPerUser;
    private final Duration deadTokenTtl;
    private final KeyScan scan;
    private final String pointerKeys;
    private final DeviceQuestions ask;
    private final DeviceLookups lookups;
    private final DeviceRemovals removals;
    private final Talks talks;
    private final SecureRandom random = new SecureRandom();

    /**
     * A store.
     *
     * @param redis runs scripts, as {@link RedisLink#runAll}
     * @param scan finds keys, for repairs
     */
    RedisDeviceStore(
            Function<List<ScriptCall>, List<Object>> redis,
            KeyScan scan,
            RedisSettings settings,
            Clock clock,
            int devicesPerUser,
            Duration deadTokenTtl) {
        this.devicesPerUser = devicesPerUser;
        this.deadTokenTtl = deadTokenTtl;
        this.scan = scan;
        pointerKeys = RedisKeys.pointers(settings);
        ask = new DeviceQuestions(new RedisKeys(settings), clock);
        lookups = new DeviceLookups(ask);
        removals = new DeviceRemovals(ask, lookups);
        talks = new Talks("notify-redis-devices", redis, settings.timeout(), RedisDeviceStore::unavailable);
    }

    @Override
    public CompletionStage<Registration> register(Device device) {
        byte[] mark = new byte[MARK_BYTES];
        random.nextBytes(mark);
        Names names = new Names(
                device.target().digest(),
                RedisKeys.digest(device.user()),
                RedisKeys.digest(device.target().app(), device.installation()),
                HexFormat.of().formatHex(mark));
        return add(() -> new DeviceRegistration(ask, removals, names, device, devicesPerUser).start());
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, AppId app, InstallationId installation) {
        return add(() -> removals.unregisterInstallation(RedisKeys.digest(user), RedisKeys.digest(app, installation)));
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, Target target) {
        return add(() -> removals.unregister(RedisKeys.digest(user), target.digest()));
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user) {
        return devicesOf(user, device -> true);
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user, AppId app) {
        return devicesOf(user, device -> device.target().app().equals(app));
    }

    private CompletionStage<List<Device>> devicesOf(UserId user, Predicate<Device> which) {
        String digest = RedisKeys.digest(user);
        return add(() -> lookups.of(digest)
                .then(found -> removals.free(digest, found.leftOver())
                        .map(freed -> found.devices().stream()
                                .map(TokenEntry::device)
                                .filter(which)
                                .sorted(Device.MOST_RECENT_FIRST)
                                .toList())));
    }

    @Override
    public CompletionStage<Optional<Device>> find(Target target) {
        return add(() -> lookups.find(target.digest()).map(found -> found.map(TokenEntry::device)));
    }

    @Override
    public CompletionStage<Optional<Device>> find(AppId app, InstallationId installation) {
        return add(() -> lookups.findInstallation(RedisKeys.digest(app, installation))
                .map(found -> found.map(TokenEntry::device)));
    }

    @Override
    public CompletionStage<DevicePage> devices(AppId app, Scan scan) {
        return add(() -> new DeviceListing(ask, lookups, app, scan).start());
    }

    @Override
    public CompletionStage<DevicePage> devices(Scan scan) {
        return add(() -> new DeviceListing(ask, lookups, null, scan).start());
    }

    @Override
    public CompletionStage<Boolean> seen(Target target, Instant at) {
        return add(() -> ask.seen(target.digest(), at)
                .then(entry -> entry.isEmpty()
                        ? Talk.say(false)
                        : lookups.confirm(entry.get()).map(Optional::isPresent)));
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        return add(() -> removals.erase(RedisKeys.digest(user)));
    }

    @Override
    public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
        return add(() -> removals.verdict(verdict.target().digest(), verdict, deadTokenTtl));
    }

    @Override
    public CompletionStage<Set<Target>> dead(Collection<Target> targets) {
        Map<String, Target> byDigest = new HashMap<>();
        targets.forEach(target -> byDigest.put(target.digest(), target));
        Map<Integer, List<String>> byBucket = new TreeMap<>();
        byDigest.keySet()
                .forEach(token -> byBucket.computeIfAbsent(RedisKeys.bucket(token), bucket -> new ArrayList<>())
                        .add(token));
        return add(() -> Talk.all(byBucket.values().stream().map(ask::dead).toList())
                .map(dead -> dead.stream()
                        .flatMap(List::stream)
                        .map(token -> Objects.requireNonNull(byDigest.get(token)))
                        .collect(Collectors.toUnmodifiableSet())));
    }

    @Override
    public CompletionStage<SweepReport> sweepStale(StaleSweep sweep) {
        return add(() -> new DeviceSweep(ask, lookups, removals, sweep).start());
    }

    @Override
    public CompletionStage<RepairReport> repair(Repair repair) {
        String cursor = repair.cursor() == null ? "" : repair.cursor();
        if (!cursor.startsWith(DeviceRepair.POINTERS)) {
            return add(() -> new DeviceRepair(ask, lookups, removals, repair).start());
        }
        DevicePointers pointers = new DevicePointers(ask, lookups, removals, repair.dryRun());
        CompletableFuture<RepairReport> answer = new CompletableFuture<>();
        try {
            scan.step(pointerKeys, cursor.substring(DeviceRepair.POINTERS.length()), repair.limit())
                    .thenCompose(step -> add(() -> pointers.visit(
                            step.keys(), step.next() == null ? null : DeviceRepair.POINTERS + step.next())))
                    .whenComplete((report, failure) -> {
                        if (failure == null) {
                            answer.complete(report);
                        } else {
                            answer.completeExceptionally(
                                    failure.getCause() instanceof DeviceStoreUnavailableException own
                                            ? own
                                            : unavailable(RedisFailure.of(
                                                    Objects.requireNonNullElse(failure.getCause(), failure))));
                        }
                    });
        } catch (IllegalArgumentException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** Ends all stages, and its thread; what is registered stays in Redis. Idempotent. */
    @Override
    public void close() {
        talks.close();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        talks.endOverdue();
    }

    private <T> CompletionStage<T> add(Supplier<Talk<T>> talk) {
        return talks.add(talk);
    }

    private static DeviceStoreUnavailableException unavailable(RedisFailure failure) {
        return new DeviceStoreUnavailableException(Objects.requireNonNull(failure.getMessage()), failure);
    }
}
