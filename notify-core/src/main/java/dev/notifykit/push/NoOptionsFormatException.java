package dev.notifykit.push;

/**
 * A notification cannot be kept in a store, because it has options that nobody here can write. Nothing was stored. It is the
 * set-up that is wrong, not the notification: another attempt does not help.
 */
public final class NoOptionsFormatException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String provider;

    NoOptionsFormatException(ProviderId provider, Class<?> type) {
        super("the options for provider '" + provider + "' (" + type.getName()
                + ") cannot be kept in a store: there is no ProviderOptionsFormat for them. Name one in META-INF/services/"
                + ProviderOptionsFormat.class.getName()
                + " (if you build one jar of many, merge these files), or leave the options out");
        this.provider = provider.value();
    }

    /**
     * Whose options they are.
     *
     * @return the provider's id
     */
    public ProviderId provider() {
        return ProviderId.of(provider);
    }
}
