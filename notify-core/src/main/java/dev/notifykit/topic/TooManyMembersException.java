package dev.notifykit.topic;

/** A call names more members than one may: nothing was changed. Call again for each part of them. */
public final class TooManyMembersException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param members how many there are
     */
    public TooManyMembersException(int members) {
        super("a call takes " + TopicLimits.MEMBERS_PER_CALL + " members at most, this one has " + members);
    }
}
