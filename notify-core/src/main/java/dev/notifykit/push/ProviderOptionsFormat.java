package dev.notifykit.push;

import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;

/**
 * How the {@link ProviderOptions} of one provider are kept in a store that instances share. A provider with options of its own
 * brings one, and names it in {@code META-INF/services/dev.notifykit.push.ProviderOptionsFormat} (in a module: {@code provides}),
 * so that it is found by {@link java.util.ServiceLoader}; it needs a public constructor without parameters. Without a store that
 * is shared nobody asks for it.
 *
 * <p>Write every option as a {@link PackWriter#field field} and {@link PackWriter#keep keep} what you do not know; how a format
 * grows is said at {@link dev.notifykit.codec.PackFormat}. Thread safety: all methods, from many threads.
 */
public interface ProviderOptionsFormat {

    /**
     * Whose options these are.
     *
     * @return the provider's id
     */
    ProviderId provider();

    /**
     * The options that it writes and reads.
     *
     * @return their class
     */
    Class<? extends ProviderOptions> type();

    /**
     * The newest version that it reads, and the one that it writes.
     *
     * @return from 1 to {@value dev.notifykit.codec.PackFormat#MAX_VERSION}; 1 unless it was raised
     */
    default int version() {
        return 1;
    }

    /**
     * Writes options.
     *
     * @param options of the {@link #type()}
     * @param out where they go
     */
    void write(ProviderOptions options, PackWriter out);

    /**
     * Reads options.
     *
     * @param in what {@link #write} has written, perhaps in an older version; trust nothing in it
     * @return options that are equal to those that were written
     */
    ProviderOptions read(PackReader in);
}
