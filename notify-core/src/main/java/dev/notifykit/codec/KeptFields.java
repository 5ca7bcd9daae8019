package dev.notifykit.codec;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a record that its reader did not know, as they came: a value that is passed on takes them along
 * ({@link PackWriter#keep}), so that what a newer build has noted survives an older one. Immutable, with value equality;
 * {@link #toString()} shows no content.
 */
public final class KeptFields {

    /** Nothing was unknown. */
    public static final KeptFields NONE = new KeptFields(Collections.emptySortedMap());

    private final SortedMap<Integer, ByteBuffer> contents;

    private KeptFields(SortedMap<Integer, ByteBuffer> contents) {
        this.contents = contents;
    }

    static KeptFields of(Map<Integer, ByteBuffer> contents) {
        return contents.isEmpty() ? NONE : new KeptFields(Collections.unmodifiableSortedMap(new TreeMap<>(contents)));
    }

    /** Content by tag; whoever reads one duplicates it first. */
    SortedMap<Integer, ByteBuffer> contents() {
        return contents;
    }

    /**
     * Whether nothing was unknown.
     *
     * @return true if there are no such fields
     */
    public boolean isEmpty() {
        return contents.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeptFields k && contents.equals(k.contents);
    }

    @Override
    public int hashCode() {
        return contents.hashCode();
    }

    /** Shows the tags. */
    @Override
    public String toString() {
        return "KeptFields" + contents.keySet();
    }
}
