package dev.notifykit.topic;

/**
 * A user of the call is in as many topics as one may be, and was not subscribed, or not with all devices; all others of the call were. It does
 * not tell who that is.
 */
public final class TooManyTopicsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param refused how many members of the call were not subscribed
     * @param topicsPerUser how many subscriptions a user has at most
     */
    public TooManyTopicsException(int refused, int topicsPerUser) {
        super(refused + " of the members were not subscribed: a user has " + topicsPerUser
                + " subscriptions at most, devices included");
    }
}
