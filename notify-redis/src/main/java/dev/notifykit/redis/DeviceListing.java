package dev.notifykit.redis;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing, of an app or of all. Tokens are listed bucket by bucket, in each by apps and digests; the buckets are in the order of
 * the digests, and so is what is listed of one app. Used once, by one thread at a time.
 */
final class DeviceListing {

    private static final Pattern PLACE = Pattern.compile("[0-9a-f]{48}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");

    private final DeviceQuestions ask;
    private final DeviceLookups lookups;
    private final @Nullable AppId app;
    private final String listedApp;
    private final Scan scan;
    private final String after;
    private final List<Integer> buckets;
    private final List<String> found = new ArrayList<>();

    /**
     * A page.
     *
     * @param app of which app; null: of all
     * @throws IllegalArgumentException when the cursor is none
     */
    DeviceListing(DeviceQuestions ask, DeviceLookups lookups, @Nullable AppId app, Scan scan) {
        this.ask = ask;
        this.lookups = lookups;
        this.app = app;
        this.scan = scan;
        listedApp = app == null ? "" : RedisKeys.listed(app);
        String cursor = scan.cursor();
        if (cursor != null && !(app == null ? PLACE : DIGEST).matcher(cursor).matches()) {
            throw new IllegalArgumentException("the cursor of a listing is one that a page has named");
        }
        after = cursor == null ? "" : listedApp + cursor;
        int first = cursor == null ? 0 : RedisKeys.bucket(RedisKeys.tokenOf(after));
        buckets = RedisKeys.buckets(scan.part()).stream()
                .filter(bucket -> bucket >= first)
                .toList();
    }

    Talk<DevicePage> start() {
        return read(0);
    }

    /** One more than fit, to know whether there are more. */
    private Talk<DevicePage> read(int at) {
        if (at == buckets.size()) {
            return page(null);
        }
        int bucket = buckets.get(at);
        boolean goesOn = !after.isEmpty() && bucket == RedisKeys.bucket(RedisKeys.tokenOf(after));
        return ask.page(bucket, listedApp, goesOn ? after : "", scan.limit() + 1L - found.size())
                .then(page -> {
                    found.addAll(page.listed());
                    if (found.size() <= scan.limit()) {
                        return read(at + 1);
                    }
                    found.subList(scan.limit(), found.size()).clear();
                    return page(found.get(found.size() - 1).substring(listedApp.length()));
                });
    }

    private Talk<DevicePage> page(@Nullable String next) {
        return Talk.all(found.stream()
                        .map(place -> lookups.find(RedisKeys.tokenOf(place)))
                        .toList())
                .map(entries -> new DevicePage(
                        entries.stream()
                                .flatMap(Optional::stream)
                                .map(TokenEntry::device)
                                .filter(this::isListed)
                                .toList(),
                        next));
    }

    private boolean isListed(Device device) {
        return app == null || device.target().app().equals(app);
    }
}
