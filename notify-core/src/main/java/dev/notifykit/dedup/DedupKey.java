package dev.notifykit.dedup;

import dev.notifykit.push.Digest;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must not be said twice: the id of an event, what it says at the moment, and how new that is. Immutable.
 *
 * <ul>
 *   <li>The id alone: whatever comes again under it is a duplicate.
 *   <li>With a content: the same content is a duplicate, another one is a correction, which passes and replaces the notification that is
 *       shown. Without versions the order in which contents arrive is the order in which they are true.
 *   <li>With a version: lower than one that was there before is stale and stops, however it arrives. Give it whenever contents can overtake one another.
 * </ul>
 *
 * <p>The content is kept as a hash only.
 */
public final class DedupKey {

    /** Longer than any event id in use; it keeps a hostile one from filling memory. */
    public static final int MAX_ID_LENGTH = 512;

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{32}");

    private final String id;
    private final String contentHash;
    private final @Nullable Long version;

    private DedupKey(String id, String contentHash, @Nullable Long version) {
        this.id = id;
        this.contentHash = contentHash;
        this.version = version;
    }

    /**
     * The key of an event.
     *
     * @param id its id, of 1 to {@value #MAX_ID_LENGTH} characters; messages to different recipients need different ids
     * @return the key, without content and version
     */
    public static DedupKey of(String id) {
        Objects.requireNonNull(id, "id");
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException("a dedup key's id has 1 to " + MAX_ID_LENGTH + " characters, this one "
                    + (id.isBlank() ? "only white space" : String.valueOf(id.length())));
        }
        return new DedupKey(id, "", null);
    }

    /**
     * The same event, saying this.
     *
     * @param value whatever tells one content from another: the text that is shown, or the fields that matter
     * @return a new key
     */
    public DedupKey content(String value) {
        return new DedupKey(id, Digest.of(value), version);
    }

    /**
     * The same event, this new. Without a content of its own the version stands for it: a higher one is a correction.
     *
     * @param value higher means newer
     * @return a new key
     */
    public DedupKey version(long value) {
        return new DedupKey(id, contentHash, value);
    }

    /** A key as it was: its content is a hash already. */
    static DedupKey restore(String id, String ownHash, @Nullable Long version) {
        if (!ownHash.isEmpty() && !HASH.matcher(ownHash).matches()) {
            throw new IllegalArgumentException("no hash of a content");
        }
        return new DedupKey(of(id).id, ownHash, version);
    }

    /** The content's hash alone, without the version that may stand for it. */
    String ownHash() {
        return contentHash;
    }

    /**
     * The event's id.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * What two keys of one event must share to be duplicates.
     *
     * @return 32 hexadecimal digits; {@code v} and the version where only that was given; empty for the id alone
     */
    public String contentHash() {
        return contentHash.isEmpty() && version != null ? "v" + version : contentHash;
    }

    /**
     * How new it is.
     *
     * @return the version, if one was given
     */
    public OptionalLong version() {
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DedupKey k
                && id.equals(k.id)
                && contentHash.equals(k.contentHash)
                && Objects.equals(version, k.version);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, contentHash, version);
    }

    /** Does not show the id, which may name a user. */
    @Override
    public String toString() {
        return "DedupKey[" + Digest.of(id).substring(0, 8) + (version == null ? "" : ", version " + version) + "]";
    }
}
