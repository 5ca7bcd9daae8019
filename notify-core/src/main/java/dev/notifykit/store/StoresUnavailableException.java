package dev.notifykit.store;

import org.jspecify.annotations.Nullable;

/** The place of the stores cannot be reached, or does not answer. It may be asked again. */
public final class StoresUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what went wrong, without secrets
     * @param cause what the store's own client said, if anything
     */
    public StoresUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
