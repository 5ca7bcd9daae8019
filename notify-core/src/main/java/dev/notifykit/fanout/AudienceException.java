package dev.notifykit.fanout;

/**
 * The audience can never be read on: its source has changed under the fan-out, or breaks the rules of {@link Audience}. Fails the shard;
 * every other exception of an audience is taken as passing and tried again.
 */
public final class AudienceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is wrong. */
    public enum Kind {
        /** The source is no longer what it was at launch. */
        CHANGED,
        /** A page went back to a key at or below the cursor. */
        WENT_BACK,
        /** A page had rows, and its cursor did not move. */
        STUCK,
        /** A shard's description or a cursor cannot be understood. */
        UNREADABLE,
        /** A page takes more than a store keeps of one: its rows must be shorter, or its client's pages smaller. */
        TOO_LARGE
    }

    /**
     * With a description that holds no address.
     *
     * @param kind what is wrong
     * @param message in words
     */
    public AudienceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * What is wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
