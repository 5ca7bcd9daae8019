package dev.notifykit.topic;

/** A topic store holds as much as it may: nothing was changed. */
public final class TopicStoreFullException extends TopicStoreUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param maxSubscriptions how many it may hold
     */
    public TopicStoreFullException(int maxSubscriptions) {
        super("the store would hold more than the " + maxSubscriptions
                + " topics and subscriptions that it may; delete topics, or give it room for more");
    }
}
