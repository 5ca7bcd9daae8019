package dev.notifykit.limit;

/** A store of limits cannot answer: nobody knows whether anything was taken. What follows is the asker's to decide. */
public final class LimitUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message without names of rates and addresses
     */
    public LimitUnavailableException(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message without names of rates and addresses
     * @param cause what the store's own client threw
     */
    public LimitUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
