package dev.notifykit.dedup;

/** A dedup store cannot answer: nothing is known of the key, and nothing was noted. The client's declared policy decides. */
public final class DedupUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message without the key's id
     */
    public DedupUnavailableException(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message without the key's id
     * @param cause what the store's own client threw
     */
    public DedupUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
