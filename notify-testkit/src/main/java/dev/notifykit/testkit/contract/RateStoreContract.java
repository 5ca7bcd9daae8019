package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateStore;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link RateStore} has to keep. A store's test extends this class and says how an empty store is made and how time passes for
 * it, as {@link DedupStoreContract} shows.
 *
 * <p>The rules are one test each: {@link RateGrantRules}, and here what has to do with repeated calls, with who is present, and with many threads; then
 * random calls to the store and to a plain reference side by side. JUnit makes a new instance for every test.
 */
public abstract class RateStoreContract extends RateGrantRules {

    private static final int THREADS = 8;

    /** Between the last call and the forgetting of an asker. */
    private static final Duration GONE = RateStore.PRESENCE.plusSeconds(1);

    /** For subclasses; JUnit makes one instance per test. */
    protected RateStoreContract() {}

    // Repeated calls

    @Test
    public void aRepeatedCallTakesNothingAgain() {
        RateAsk ask = next(ANNA, 5);
        assertEquals(5, take(ask).permits());

        assertEquals(take(ask), take(ask));
        assertEquals(5, take(ask).permits(), "as before");
        assertTakes(BURST - 5, BERT, 100);
    }

    @Test
    public void aRepeatedCallGivesNoMoreThanBefore() {
        take(BERT, 100);
        RateAsk ask = next(ANNA, 5);
        assertEquals(0, take(ask).permits());
        passTime(Duration.ofMillis(30));

        assertEquals(0, take(ask).permits(), "as before");
        assertTakes(3, ANNA, 100);
    }

    @Test
    public void aCallThatComesTooLateTakesNothing() {
        RateAsk late = next(ANNA, 5);
        assertTakes(4, ANNA, 4);

        assertEquals(0, take(late).permits(), "the asker does not wait for it any more");
        assertTakes(BURST - 4, ANNA, 100);
    }

    @Test
    public void numbersAreEachAskersOwnAtEachRate() {
        take(ANNA, 1);
        take(ANNA, 1);

        assertEquals(1, take(new RateAsk(RATE, PER_SECOND, BERT, 1, 1)).permits());
        assertEquals(1, take(new RateAsk("another", PER_SECOND, ANNA, 1, 1)).permits());
    }

    // Who is there

    @Test
    public void whoHasAskedLatelyIsCounted() {
        assertEquals(1, take(ANNA, 1).askers());
        assertEquals(2, take(BERT, 0).askers());
        assertEquals(2, take(ANNA, 100).askers());
        assertEquals(3, take(CARL, 100).askers());
        assertEquals(1, take(new RateAsk("another", PER_SECOND, ANNA, 1, 1)).askers());
    }

    @Test
    public void whoFallsSilentIsNotCountedAnyMore() {
        take(ANNA, 1);
        take(BERT, 1);
        take(CARL, 1);
        passTime(GONE.dividedBy(2));
        assertEquals(3, take(ANNA, 0).askers());
        passTime(GONE.dividedBy(2));
        assertEquals(1, take(ANNA, 0).askers());
        assertEquals(2, take(BERT, 0).askers());
    }

    @Test
    public void aRepeatedCallIsASignOfLife() {
        RateAsk ask = next(ANNA, 1);
        take(ask);
        passTime(GONE.dividedBy(2));
        take(ask);
        passTime(GONE.dividedBy(2));

        assertEquals(2, take(BERT, 0).askers());
        assertEquals(1, take(ask).permits(), "not forgotten");
    }

    // Input

    @Test
    @SuppressWarnings("NullAway") // on purpose
    public void nullIsThrownAtTheCaller() {
        @Nullable RateAsk none = null;

        assertThrows(NullPointerException.class, () -> store().take(Objects.requireNonNull(none)));
        assertThrows(NullPointerException.class, () -> store().take(none));
    }

    @Test
    public void theLargestRateIsCountedExactly() {
        RateAsk fastest = new RateAsk(RATE, RateAsk.MAX_PER_SECOND, ANNA, 1, Integer.MAX_VALUE);

        assertEquals(100_001, take(fastest).permits());
    }

    @Test
    public void aClosedStoreFails() {
        RateStore closed = create();
        closed.close();
        closed.close();

        assertAll(() -> Answers.failure(closed.take(next(ANNA, 1)), patience()));
    }

    // Many at once

    @Test
    public void manyAtOnceGetNoMoreThanThereIs() {
        double perSecond = 10_000;
        RateStore shared = store();
        int all = Together.run(
                        IntStream.range(0, THREADS)
                                .<Callable<Integer>>mapToObj(
                                        thread -> () -> takeAll(shared, "asker-" + thread, perSecond))
                                .toList(),
                        patience())
                .stream()
                .mapToInt(Integer::intValue)
                .sum();

        assertEquals(1_001, all, "a tenth of a second's permits, and one");
    }

    private int takeAll(RateStore shared, String asker, double perSecond) {
        int taken = 0;
        for (long number = 1; ; number++) {
            RateAsk ask = new RateAsk(RATE, perSecond, asker, number, 7);
            int permits = Answers.get(shared.take(ask), patience()).permits();
            if (permits == 0) {
                return taken;
            }
            taken += permits;
        }
    }

    // Anything

    @TestFactory
    public Stream<DynamicTest> randomCallsAreAnsweredAsByTheReference() {
        return Seeds.tests(seed -> new RateModel(create(), this::passTime, patience(), seed).run(modelSteps()));
    }
}
