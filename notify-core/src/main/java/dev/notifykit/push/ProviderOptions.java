package dev.notifykit.push;

/**
 * What only one provider knows: implemented by each provider's own options type. Implementations are immutable and have value
 * equality, since two fan-outs are the same only if their notifications are equal.
 */
public interface ProviderOptions {

    /**
     * The provider these options are for.
     *
     * @return the provider's id
     */
    ProviderId provider();
}
