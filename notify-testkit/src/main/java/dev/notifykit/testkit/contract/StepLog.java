package dev.notifykit.testkit.contract;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last steps of a random model, for the message of its failure. Not thread-safe. */
final class StepLog {

    private static final int KEPT = 25;

    private final long seed;
    private final Deque<String> last = new ArrayDeque<>();
    private int steps;

    StepLog(long seed) {
        this.seed = seed;
    }

    void add(String step) {
        steps++;
        last.add(steps + ": " + step);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    /** How it ended, seed and steps first, so that the same run can be had again. */
    AssertionError failure(Throwable cause) {
        return new AssertionError(
                "run it again with -Dnotifykit.seed=" + seed + "; after step " + String.join("\n  ", last) + "\n"
                        + cause.getMessage(),
                cause);
    }
}
