package dev.notifykit.testkit.contract;

import dev.notifykit.device.Device;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Registration.Kind;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.device.TokenVerdict.Effect;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of a device store, said once more and as plainly as can be: one list, searched from end to end. */
final class DeviceStoreReference {

    private final List<Device> devices = new ArrayList<>();
    private final Map<Target, Dead> dead = new HashMap<>();
    private final int devicesPerUser;
    private final Duration deadTokenTtl;
    private Duration elapsed = Duration.ZERO;

    private record Dead(Instant since, Duration until) {}

    DeviceStoreReference(int devicesPerUser, Duration deadTokenTtl) {
        this.devicesPerUser = devicesPerUser;
        this.deadTokenTtl = deadTokenTtl;
    }

    void passTime(Duration by) {
        elapsed = elapsed.plus(by);
        dead.values().removeIf(d -> elapsed.compareTo(d.until) >= 0);
    }

    Registration register(Device device) {
        Predicate<Device> sameTarget = d -> d.target().equals(device.target());
        Predicate<Device> sameInstallation = d -> isAt(d, device.target().app(), device.installation());
        Predicate<Device> another = d -> !d.user().equals(device.user());

        boolean moved =
                devices.stream().anyMatch(sameTarget.or(sameInstallation).and(another));
        boolean replaced = devices.stream().anyMatch(sameInstallation.and(sameTarget.negate()));
        Dead verdict = dead.get(device.target());
        if (verdict != null && device.registeredAt().compareTo(verdict.since) <= 0) {
            devices.removeIf(sameInstallation.and(another));
            return new Registration(Kind.DEAD, moved, moved, 0);
        }

        Device merged = find(device.target())
                .map(known -> device.toBuilder()
                        .registeredAt(later(known.registeredAt(), device.registeredAt()))
                        .lastSeen(later(known.lastSeen(), device.lastSeen()))
                        .build())
                .orElse(device);
        boolean known = devices.removeIf(sameTarget);
        devices.removeIf(sameInstallation);
        List<Device> others = devicesOf(device.user(), d -> true);
        List<Device> tooMany = others.subList(Math.min(others.size(), devicesPerUser - 1), others.size());
        devices.removeAll(tooMany);
        devices.add(merged);
        dead.remove(device.target());
        return new Registration(known ? Kind.REFRESHED : Kind.NEW, replaced, moved, tooMany.size());
    }

    boolean unregister(UserId user, AppId app, InstallationId installation) {
        return devices.removeIf(d -> d.user().equals(user) && isAt(d, app, installation));
    }

    boolean unregister(UserId user, Target target) {
        return devices.removeIf(d -> d.user().equals(user) && d.target().equals(target));
    }

    List<Device> devicesOf(UserId user, Predicate<Device> which) {
        return devices.stream()
                .filter(d -> d.user().equals(user))
                .filter(which)
                .sorted(Device.MOST_RECENT_FIRST)
                .toList();
    }

    Optional<Device> find(Target target) {
        return devices.stream().filter(d -> d.target().equals(target)).findAny();
    }

    Optional<Device> find(AppId app, InstallationId installation) {
        return devices.stream().filter(d -> isAt(d, app, installation)).findAny();
    }

    List<Target> listed(AppId app) {
        return devices.stream()
                .map(Device::target)
                .filter(target -> target.app().equals(app))
                .sorted(Comparator.comparing(Target::digest))
                .toList();
    }

    boolean seen(Target target, Instant at) {
        devices.replaceAll(d -> d.target().equals(target)
                ? d.toBuilder().lastSeen(later(d.lastSeen(), at)).build()
                : d);
        return find(target).isPresent();
    }

    int erase(UserId user) {
        int before = devices.size();
        devices.removeIf(d -> d.user().equals(user));
        return before - devices.size();
    }

    Effect verdict(TokenVerdict verdict) {
        Target target = verdict.target();
        Instant since = verdict.invalidSince() == null ? verdict.attemptBegan() : verdict.invalidSince();
        if (find(target).filter(d -> d.registeredAt().compareTo(since) > 0).isPresent()) {
            return Effect.KEPT;
        }
        dead.merge(
                target,
                new Dead(since, elapsed.plus(deadTokenTtl)),
                (one, other) -> new Dead(later(one.since, other.since), other.until));
        return devices.removeIf(d -> d.target().equals(target)) ? Effect.REMOVED : Effect.DEAD;
    }

    Set<Target> dead(Collection<Target> targets) {
        return targets.stream().filter(dead::containsKey).collect(Collectors.toSet());
    }

    int size() {
        return devices.size();
    }

    int sweepStale(Instant lastSeenBefore, boolean dryRun) {
        Predicate<Device> stale = d -> d.lastSeen().compareTo(lastSeenBefore) < 0;
        int count = (int) devices.stream().filter(stale).count();
        if (!dryRun) {
            devices.removeIf(stale);
        }
        return count;
    }

    private static boolean isAt(Device device, AppId app, InstallationId installation) {
        return device.target().app().equals(app) && device.installation().equals(installation);
    }

    private static Instant later(Instant one, Instant other) {
        return Stream.of(one, other).max(Instant::compareTo).orElseThrow();
    }
}
