package dev.notifykit.testkit.contract;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The seeds of the random models: always the same, so that a build is; {@code -Dnotifykit.seed=N} runs another. */
final class Seeds {

    private Seeds() {}

    static long[] some() {
        Long given = Long.getLong("notifykit.seed");
        return given != null ? new long[] {given} : new long[] {1, 2, 3};
    }

    /** One test for each seed. */
    static Stream<DynamicTest> tests(LongConsumer test) {
        return LongStream.of(some()).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> test.accept(seed)));
    }
}
