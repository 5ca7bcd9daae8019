package dev.notifykit.testkit.internal.apns;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The broadcast channels of all apps, and whether each keeps its latest message. Thread-safe. */
public final class ChannelBook {
    private final int limit;
    private final Map<String, Map<String, Boolean>> apps = new HashMap<>();

    /**
     * Without channels.
     *
     * @param limit how many an app may have
     */
    public ChannelBook(int limit) {
        this.limit = limit;
    }

    /** The id of a new channel; null where there are too many. */
    public synchronized @Nullable String create(String bundleId, boolean keepsLatest) {
        Map<String, Boolean> channels = apps.computeIfAbsent(bundleId, unused -> new LinkedHashMap<>());
        if (channels.size() >= limit) {
            return null;
        }
        UUID random = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits())
                .array();
        String id = Base64.getEncoder().encodeToString(bytes);
        channels.put(id, keepsLatest);
        return id;
    }

    /** Whether a channel keeps its latest message; null where there is no such channel. */
    @Nullable
    synchronized Boolean keepsLatest(String bundleId, String id) {
        return apps.getOrDefault(bundleId, Map.of()).get(id);
    }

    synchronized boolean isFull(String bundleId) {
        return apps.getOrDefault(bundleId, Map.of()).size() >= limit;
    }

    synchronized void delete(String bundleId, String id) {
        apps.getOrDefault(bundleId, new HashMap<>()).remove(id);
    }

    /** The ids of an app's channels, the oldest first. */
    public synchronized Set<String> ids(String bundleId) {
        return Collections.unmodifiableSet(
                new LinkedHashSet<>(apps.getOrDefault(bundleId, Map.of()).keySet()));
    }
}
