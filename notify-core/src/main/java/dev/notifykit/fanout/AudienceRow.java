package dev.notifykit.fanout;

import dev.notifykit.push.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recipient of a fan-out. Immutable; {@link #toString()} shows neither address nor fields.
 *
 * @param key names the row in its shard, unique there; the same row must have the same key when the audience is read again
 * @param target where it goes
 * @param locale the recipient's language tag, for a renderer
 * @param zone the recipient's time zone id, for a renderer
 * @param fields what else a renderer needs
 */
public record AudienceRow(
        String key,
        Target target,
        @Nullable String locale,
        @Nullable String zone,
        Map<String, String> fields) {

    /** Copies the fields. */
    public AudienceRow {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a row's key must not be empty");
        }
        fields = Map.copyOf(fields);
    }

    /**
     * A row with nothing to render.
     *
     * @param key names the row in its shard
     * @param target where it goes
     */
    public AudienceRow(String key, Target target) {
        this(key, target, null, null, Map.of());
    }

    @Override
    public String toString() {
        return "AudienceRow[" + key + " to " + target + "]";
    }
}
