package dev.notifykit.device;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The same devices, found by target, by installation, by user and by number; the four always agree. Guarded by its store's lock. */
final class DeviceIndex {

    private final Map<Target, Entry> byTarget = new HashMap<>();
    private final Map<Installation, Entry> byInstallation = new HashMap<>();
    private final Map<UserId, List<Entry>> byUser = new HashMap<>();
    private final TreeMap<Long, Entry> byNumber = new TreeMap<>();
    private long lastNumber;

    /** A device that is registered, under a number of its own by which a sweep finds its way. */
    record Entry(long number, Device device) {

        boolean isOf(UserId user) {
            return device.user().equals(user);
        }
    }

    private record Installation(AppId app, InstallationId id) {}

    int size() {
        return byTarget.size();
    }

    @Nullable
    Entry at(Target target) {
        return byTarget.get(target);
    }

    @Nullable
    Entry at(AppId app, InstallationId installation) {
        return byInstallation.get(new Installation(app, installation));
    }

    List<Entry> of(UserId user) {
        return Collections.unmodifiableList(byUser.getOrDefault(user, List.of()));
    }

    Map.@Nullable Entry<Long, Entry> after(long number) {
        return byNumber.higherEntry(number);
    }

    long nextNumber() {
        return ++lastNumber;
    }

    /** The target and the installation must be free. */
    void add(Entry entry) {
        Device device = entry.device();
        byTarget.put(device.target(), entry);
        byInstallation.put(installation(device), entry);
        byUser.computeIfAbsent(device.user(), user -> new ArrayList<>(1)).add(entry);
        byNumber.put(entry.number(), entry);
    }

    void remove(Entry entry) {
        Device device = entry.device();
        byTarget.remove(device.target());
        byInstallation.remove(installation(device));
        byUser.computeIfPresent(device.user(), (user, entries) -> {
            entries.remove(entry);
            return entries.isEmpty() ? null : entries;
        });
        byNumber.remove(entry.number());
    }

    private static Installation installation(Device device) {
        return new Installation(device.target().app(), device.installation());
    }
}
