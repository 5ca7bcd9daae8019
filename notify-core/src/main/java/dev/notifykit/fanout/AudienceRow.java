package dev.notifykit.fanout;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.push.Target;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One recipient of a fan-out. Immutable, with value equality; {@link #toString()} shows neither address nor fields. */
public final class AudienceRow {

    private final String key;
    private final Target target;
    private final @Nullable String locale;
    private final @Nullable String zone;
    private final Map<String, String> fields;
    private final KeptFields kept;

    /**
     * A row.
     *
     * @param key names the row in its shard, unique there; the same row must have the same key when the audience is read again
     * @param target where it goes
     * @param locale the recipient's language tag, for a renderer
     * @param zone the recipient's time zone id, for a renderer
     * @param fields what else a renderer needs
     */
    public AudienceRow(
            String key, Target target, @Nullable String locale, @Nullable String zone, Map<String, String> fields) {
        this(key, target, locale, zone, fields, KeptFields.NONE);
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

    AudienceRow(
            String key,
            Target target,
            @Nullable String locale,
            @Nullable String zone,
            Map<String, String> fields,
            KeptFields kept) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a row's key must not be empty");
        }
        this.key = key;
        this.target = Objects.requireNonNull(target, "target");
        this.locale = locale;
        this.zone = zone;
        this.fields = Map.copyOf(fields);
        this.kept = kept;
    }

    /**
     * Names the row in its shard.
     *
     * @return the key, unique in the shard
     */
    public String key() {
        return key;
    }

    /**
     * Where it goes.
     *
     * @return the target
     */
    public Target target() {
        return target;
    }

    /**
     * The recipient's language.
     *
     * @return a language tag, or null
     */
    public @Nullable String locale() {
        return locale;
    }

    /**
     * Where the recipient's day begins.
     *
     * @return a time zone id, or null
     */
    public @Nullable String zone() {
        return zone;
    }

    /**
     * What else a renderer needs.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> fields() {
        return fields;
    }

    /** What a newer build has written and this one does not know. */
    KeptFields kept() {
        return kept;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AudienceRow r
                && key.equals(r.key)
                && target.equals(r.target)
                && Objects.equals(locale, r.locale)
                && Objects.equals(zone, r.zone)
                && fields.equals(r.fields)
                && kept.equals(r.kept);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, target);
    }

    @Override
    public String toString() {
        return "AudienceRow[" + key + " to " + target + "]";
    }
}
