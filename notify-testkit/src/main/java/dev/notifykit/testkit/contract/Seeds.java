package dev.notifykit.testkit.contract;

import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The seeds of the random models: always the same, so that a build is; {@code -Dnotifykit.seed=N} runs another. */
final class Seeds {

    private static final String GIVEN = "notifykit.seed";
    private static final int SHORT_HISTORIES = 12;

    private Seeds() {}

    /** A run of a model. */
    interface History {
        void run(long seed, int steps);
    }

    static long[] some() {
        Long given = Long.getLong(GIVEN);
        return given != null ? new long[] {given} : new long[] {1, 2, 3};
    }

    /** One test for each seed. */
    static Stream<DynamicTest> tests(LongConsumer test) {
        return LongStream.of(some()).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> test.accept(seed)));
    }

    /**
     * One long history, and short ones, which vary more in how they begin and make twice as many steps together. A given seed is followed for the whole length:
     * it does first what it does in a short one.
     */
    static Stream<DynamicTest> histories(int steps, History history) {
        Long given = Long.getLong(GIVEN);
        if (given != null) {
            return Stream.of(test(given, steps, history));
        }
        LongStream others = new SplittableRandom(1).longs(SHORT_HISTORIES);
        return Stream.concat(
                Stream.of(test(1, steps, history)),
                others.mapToObj(seed -> test(seed, 2 * steps / SHORT_HISTORIES, history)));
    }

    private static DynamicTest test(long seed, int steps, History history) {
        return DynamicTest.dynamicTest("seed " + seed + ", " + steps + " steps", () -> history.run(seed, steps));
    }
}
