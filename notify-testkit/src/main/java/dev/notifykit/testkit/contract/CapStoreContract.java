package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.DeviceCap;
import dev.notifykit.limit.Reservation;
import dev.notifykit.push.Target;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link CapStore} has to keep. A store's test extends this class and says how an empty store is made and how time passes for
 * it, as {@link DedupStoreContract} shows.
 *
 * <p>The rules are one test each: {@link CapRules}, and here what has to do with bad input and with many threads; then random calls to the store and to a plain
 * reference side by side. JUnit makes a new instance for every test.
 */
public abstract class CapStoreContract extends CapRules {

    private static final int THREADS = 16;

    /** Each starts threads; enough for two of them to meet. */
    private static final int ROUNDS = 10;

    /** For subclasses; JUnit makes one instance per test. */
    protected CapStoreContract() {}

    // Input

    @Test
    @SuppressWarnings("NullAway") // on purpose
    public void nullIsThrownAtTheCaller() {
        assertAll(
                () -> assertThrows(NullPointerException.class, () -> store().reserve(null, cap(1))),
                () -> assertThrows(NullPointerException.class, () -> store().reserve(attempt(1), null)),
                () -> assertThrows(NullPointerException.class, () -> store().refund(null)));
    }

    @Test
    public void aClosedStoreFails() {
        CapStore closed = create();
        closed.close();
        closed.close();

        Answers.failure(closed.reserve(attempt(1), cap(1)), patience());
        Answers.failure(closed.refund(attempt(1)), patience());
    }

    // Many at once

    @Test
    public void ofManyAtOnceSoManyGetAPlace() {
        for (int round = 0; round < ROUNDS; round++) {
            Target device = Target.apns("app", "race-" + round);
            List<Boolean> places = Together.run(
                    IntStream.range(0, THREADS)
                            .<Callable<Boolean>>mapToObj(i -> () -> reserve(attempt(device, i), cap(5)))
                            .toList(),
                    patience());

            assertEquals(5, Collections.frequency(places, true), "places");
        }
    }

    @Test
    public void attemptsOfOneRequestAtOnceHaveOnePlace() {
        for (int round = 0; round < ROUNDS; round++) {
            Target device = Target.apns("app", "same-" + round);
            List<Boolean> places = Together.run(THREADS, () -> reserve(attempt(device, 1), cap(2)), patience());

            assertEquals(THREADS, Collections.frequency(places, true), "attempts");
            assertTrue(reserve(attempt(device, 2), cap(2)), "one place is left");
            assertCapped(attempt(device, 3), 2);
        }
    }

    @Test
    public void neverAreMorePlacesTakenThanThereAre() {
        DeviceCap three = cap(3);
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Together.run(
                IntStream.range(0, THREADS)
                        .<Callable<Boolean>>mapToObj(thread -> () -> {
                            for (int i = 0; i < 100; i++) {
                                Reservation place = attempt(thread * 1_000 + i);
                                if (reserve(place, three)) {
                                    most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                                    taken.decrementAndGet();
                                    assertTrue(refund(place), "whoever has a place gives it back");
                                }
                            }
                            return true;
                        })
                        .toList(),
                patience());

        assertTrue(most.get() >= 1 && most.get() <= 3, () -> "taken at one time: " + most);
        assertReserved(attempt(1), 1);
    }

    // Anything

    @TestFactory
    public Stream<DynamicTest> randomCallsAreAnsweredAsByTheReference() {
        return Seeds.tests(
                seed -> new CapModel(create(), this::passTime, window(), patience(), seed).run(modelSteps()));
    }
}
