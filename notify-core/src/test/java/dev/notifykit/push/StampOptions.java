package dev.notifykit.push;

/** Options of a host's own channel. */
public record StampOptions(ProviderId provider, String text, long number, double fraction) implements ProviderOptions {}
