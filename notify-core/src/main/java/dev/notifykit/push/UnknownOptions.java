package dev.notifykit.push;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Options that this JVM has no format for, as they came: enough to hand them on, not to send them. */
final class UnknownOptions implements ProviderOptions {

    private final ProviderId provider;
    private final byte[] packed;

    UnknownOptions(ProviderId provider, byte[] packed) {
        this.provider = provider;
        this.packed = packed;
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    byte[] packed() {
        return packed;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UnknownOptions o && provider.equals(o.provider) && Arrays.equals(packed, o.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    /** Shows no content. */
    @Override
    public String toString() {
        return "UnknownOptions[" + provider + ", " + packed.length + " bytes]";
    }
}
