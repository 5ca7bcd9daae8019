package dev.notifykit.topic;

/** A topic store cannot answer. Of a call that changes something it is not known whether it was done; every call may be repeated. */
public class TopicStoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message without users and installations
     */
    public TopicStoreUnavailableException(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message without users and installations
     * @param cause what the store's own client threw
     */
    public TopicStoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
