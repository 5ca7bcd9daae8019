package dev.notifykit.internal.work;

import org.jspecify.annotations.Nullable;

/** Tells where foreign code failed without repeating its words: a message may hold a token or a payload, a stack trace cannot. */
public final class Traces {

    private static final int FRAMES = 8;

    private Traces() {}

    /**
     * The types and the topmost frames of a failure and its causes.
     *
     * @param failure what was thrown
     * @return one line
     */
    public static String of(Throwable failure) {
        StringBuilder text = new StringBuilder();
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 3; depth++, cause = cause.getCause()) {
            text.append(depth == 0 ? "" : " caused by ").append(cause.getClass().getName());
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
                text.append(" at ").append(frames[i]);
            }
        }
        return text.toString();
    }
}
