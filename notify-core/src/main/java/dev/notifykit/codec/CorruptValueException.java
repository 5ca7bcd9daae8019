package dev.notifykit.codec;

/**
 * A stored value cannot be read. It says what kind of value it is and what is wrong with it, never what it holds, since that is
 * somebody's token or text; for the same reason it has no cause: where reading failed in another exception, that one's class is
 * named and its stack trace is this one's.
 */
public final class CorruptValueException extends RuntimeException {

    /** What is wrong with a value. */
    public enum Reason {
        /** It ends too early. */
        TRUNCATED,
        /** It is something else, or was not written by this library. */
        FOREIGN,
        /** A newer build wrote it, and in a way that this one must not guess at. It is not damaged: leave it to newer instances. */
        NEWER,
        /** It goes on after its end. */
        TRAILING,
        /** It is larger than its kind may be. */
        TOO_LARGE,
        /** It holds what a value of its kind cannot hold. */
        INVALID
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    CorruptValueException(String name, Reason reason, String problem) {
        super("a stored " + name + " cannot be read: " + problem);
        this.reason = reason;
    }

    static CorruptValueException after(String name, RuntimeException failure) {
        CorruptValueException corrupt = new CorruptValueException(
                name,
                Reason.INVALID,
                "no such value can be made (" + failure.getClass().getName() + ")");
        corrupt.setStackTrace(failure.getStackTrace());
        return corrupt;
    }

    /**
     * What is wrong with it.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
