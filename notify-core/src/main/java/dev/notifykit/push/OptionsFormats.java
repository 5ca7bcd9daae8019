package dev.notifykit.push;

import dev.notifykit.codec.PackFormat;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The options formats that a store works with, one for each provider. A store asks for {@link #installed()} once, when it is
 * made. Immutable.
 *
 * <p>Options of a provider that has no format here are read all the same, as a value of which only the provider is known, and
 * written again byte for byte: an instance without a provider's module can still look after the fan-outs of others.
 */
public final class OptionsFormats {

    /** Far above what any vendor takes; a host's own channel may have a page of HTML. */
    static final int MAX_BYTES = 1 << 20;

    private final Map<ProviderId, ProviderOptionsFormat> formats = new LinkedHashMap<>();

    private OptionsFormats(Collection<? extends ProviderOptionsFormat> formats) {
        for (ProviderOptionsFormat format : formats) {
            ProviderOptionsFormat other = this.formats.put(format.provider(), format);
            if (other != null && other.getClass() != format.getClass()) {
                throw new IllegalStateException("provider '" + format.provider() + "' has two options formats, "
                        + other.getClass().getName() + " and "
                        + format.getClass().getName() + "; remove one of them");
            }
        }
    }

    /**
     * The formats that are installed: what {@link ServiceLoader} finds by this library's class loader, and by the calling
     * thread's.
     *
     * @return the formats
     * @throws IllegalStateException when one of them cannot be loaded, or a provider has two
     */
    public static OptionsFormats installed() {
        Map<Class<?>, ProviderOptionsFormat> found = new LinkedHashMap<>();
        try {
            find(OptionsFormats.class.getClassLoader(), found);
            find(Thread.currentThread().getContextClassLoader(), found);
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException(
                    "an options format that is installed cannot be loaded: " + e.getMessage(), e);
        }
        return new OptionsFormats(found.values());
    }

    /**
     * These formats.
     *
     * @param formats at most one for each provider
     * @return the formats
     * @throws IllegalStateException when a provider has two
     */
    public static OptionsFormats of(ProviderOptionsFormat... formats) {
        return new OptionsFormats(List.of(formats));
    }

    private static void find(ClassLoader loader, Map<Class<?>, ProviderOptionsFormat> found) {
        ServiceLoader.load(ProviderOptionsFormat.class, loader).stream()
                .filter(one -> !found.containsKey(one.type()))
                .forEach(one -> found.put(one.type(), one.get()));
    }

    byte[] pack(ProviderOptions options) {
        if (options instanceof UnknownOptions unknown) {
            return unknown.packed();
        }
        ProviderOptionsFormat format = formats.get(options.provider());
        if (format == null || !format.type().isInstance(options)) {
            throw new NoOptionsFormatException(options.provider(), options.getClass());
        }
        return kind(format).pack(out -> format.write(options, out));
    }

    ProviderOptions unpack(ProviderId provider, byte[] packed) {
        ProviderOptionsFormat format = formats.get(provider);
        return format == null
                ? new UnknownOptions(provider, packed)
                : kind(format).unpack(packed, format::read);
    }

    private static PackFormat kind(ProviderOptionsFormat format) {
        return new PackFormat("set of options for " + format.provider(), 'O', format.version(), MAX_BYTES);
    }

    /** Shows the providers. */
    @Override
    public String toString() {
        return "OptionsFormats" + formats.keySet();
    }
}
