package dev.notifykit.fanout;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All devices of an app, in the order of their targets' digests, which are the keys. */
final class DeviceAudience implements Audience {

    private final DeviceStore devices;
    private final AppId app;
    private final Predicate<Device> which;

    DeviceAudience(DeviceStore devices, AppId app, Predicate<Device> which) {
        this.devices = devices;
        this.app = app;
        this.which = which;
    }

    @Override
    public List<String> shards() throws Exception {
        return StoreListing.shards(
                StoreListing.get(devices.devices(app, Scan.all())).next() == null);
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) throws Exception {
        Scan first = StoreListing.scan(shard).limit(Math.min(limit, Scan.MAX_LIMIT));
        DevicePage page = StoreListing.get(devices.devices(app, cursor == null ? first : first.from(cursor)));
        return new AudiencePage(
                page.devices().stream()
                        .filter(which)
                        .map(device -> StoreListing.row(device.target().digest(), device))
                        .toList(),
                page.next());
    }

    @Override
    public Optional<Comparator<String>> keyOrder() {
        return Optional.of(Comparator.naturalOrder());
    }
}
