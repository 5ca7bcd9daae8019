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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The same devices, found by target, by installation, by user and by digest; the four always agree. Guarded by its store's lock. */
final class DeviceIndex {

    private final Map<Target, Entry> byTarget = new HashMap<>();
    private final Map<Installation, Entry> byInstallation = new HashMap<>();
    private final Map<UserId, List<Entry>> byUser = new HashMap<>();
    private final TreeMap<String, Entry> byDigest = new TreeMap<>();

    /** A device that is registered, and the digest of its target, by which sweeps and listings find their way. */
    record Entry(String digest, Device device) {

        static Entry of(Device device) {
            return new Entry(device.target().digest(), device);
        }

        /** The same target. */
        Entry with(Device changed) {
            return new Entry(digest, changed);
        }

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

    Map.@Nullable Entry<String, Entry> after(String digest) {
        return byDigest.higherEntry(digest);
    }

    /** Looks at as many as the page may have, of whatever app, so that it takes no longer for an app with few devices. */
    DevicePage page(Predicate<Device> which, Scan scan) {
        List<Device> page = new ArrayList<>();
        String last = scan.cursor() == null || scan.cursor().compareTo(scan.part()) < 0 ? scan.part() : scan.cursor();
        for (int examined = 0; ; examined++) {
            Map.Entry<String, Entry> next = byDigest.higherEntry(last);
            if (next == null || !next.getKey().startsWith(scan.part())) {
                return new DevicePage(page, null);
            }
            if (examined == scan.limit()) {
                return new DevicePage(page, last);
            }
            last = next.getKey();
            if (which.test(next.getValue().device())) {
                page.add(next.getValue().device());
            }
        }
    }

    /** The target and the installation must be free. */
    void add(Entry entry) {
        Device device = entry.device();
        byTarget.put(device.target(), entry);
        byInstallation.put(installation(device), entry);
        byUser.computeIfAbsent(device.user(), user -> new ArrayList<>(1)).add(entry);
        byDigest.put(entry.digest(), entry);
    }

    void remove(Entry entry) {
        Device device = entry.device();
        byTarget.remove(device.target());
        byInstallation.remove(installation(device));
        byUser.computeIfPresent(device.user(), (user, entries) -> {
            entries.remove(entry);
            return entries.isEmpty() ? null : entries;
        });
        byDigest.remove(entry.digest());
    }

    private static Installation installation(Device device) {
        return new Installation(device.target().app(), device.installation());
    }
}
