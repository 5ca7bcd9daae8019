package dev.notifykit.queue;

import org.jspecify.annotations.Nullable;

/** The queue did not answer, or not clearly: what was asked may have happened. Asking the same again is safe. */
public class QueueUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param message what was being done, and what is wrong
     * @param cause the client's own exception
     */
    public QueueUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
