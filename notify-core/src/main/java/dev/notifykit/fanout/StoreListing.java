package dev.notifykit.fanout;

import dev.notifykit.device.Device;
import dev.notifykit.device.Scan;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What the audiences that are read from stores have in common: their shards, how they wait for a store, and how a device becomes a row. */
final class StoreListing {

    /** Fewer recipients than that are one shard: each costs a lease, and a page is as long. */
    static final int SMALL = Scan.MAX_LIMIT;

    private static final String ALL = "all";

    /** A store's calls end by themselves, and much earlier; this is for one whose stages never end. */
    private static final long PATIENCE_SECONDS = 60;

    private StoreListing() {}

    static List<String> shards(boolean small) {
        return small ? List.of(ALL) : Scan.PARTS;
    }

    static Scan scan(String shard) {
        try {
            return Scan.of(shard.equals(ALL) ? "" : shard);
        } catch (IllegalArgumentException e) {
            throw new AudienceException(AudienceException.Kind.UNREADABLE, "not a shard of a store's listing");
        }
    }

    /** Waits for a store: an audience may block. */
    static <T> T get(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                throw new AudienceException(
                        AudienceException.Kind.UNREADABLE, "the store does not know the cursor of its listing");
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    static AudienceRow row(String key, Device device) {
        return new AudienceRow(
                key,
                device.target(),
                device.locale().map(Locale::toLanguageTag).orElse(null),
                device.zone().map(ZoneId::getId).orElse(null),
                Map.of());
    }
}
