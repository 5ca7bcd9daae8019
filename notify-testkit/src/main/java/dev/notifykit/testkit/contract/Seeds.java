package dev.notifykit.testkit.contract;

import java.util.concurrent.ThreadLocalRandom;

/** The seeds of the random models: fixed ones, and one of its own for every run; {@code -Dnotifykit.seed=N} runs a failure again. */
final class Seeds {

    private Seeds() {}

    static long[] some() {
        Long given = Long.getLong("notifykit.seed");
        return given != null
                ? new long[] {given}
                : new long[] {1, 2, ThreadLocalRandom.current().nextLong()};
    }
}
