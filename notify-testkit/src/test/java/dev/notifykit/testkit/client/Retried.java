package dev.notifykit.testkit.client;

import java.time.Duration;

/** For what is seen only when nobody pauses for too long between two steps: tried with a short time first, then with ever longer ones. */
public final class Retried {
    private static final int ATTEMPTS = 3;
    private static final int LONGER = 8;

    private Retried() {}

    /** What is tried. */
    public interface Attempt {
        /** Fails when something took longer than that. */
        void within(Duration time) throws Exception;
    }

    public static void from(Duration first, Attempt attempt) throws Exception {
        Duration time = first;
        for (int i = 1; ; i++) {
            try {
                attempt.within(time);
                return;
            } catch (AssertionError e) {
                if (i == ATTEMPTS) {
                    throw e;
                }
                time = time.multipliedBy(LONGER);
            }
        }
    }
}
