package dev.notifykit.dedup;

import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import java.util.OptionalLong;

/** Packs this package's values, for the packages whose values are made of them. */
public final class DedupCodec {

    private DedupCodec() {}

    /**
     * Writes a key.
     *
     * @param out where it goes
     * @param key the key
     */
    public static void write(PackWriter out, DedupKey key) {
        OptionalLong version = key.version();
        out.text(key.id()).text(key.ownHash());
        out.optional(version.isPresent() ? version.getAsLong() : null, PackWriter::number);
    }

    /**
     * Reads a key.
     *
     * @param in what was written
     * @return an equal key
     */
    public static DedupKey readKey(PackReader in) {
        return DedupKey.restore(in.text(), in.text(), in.optional(PackReader::number));
    }
}
