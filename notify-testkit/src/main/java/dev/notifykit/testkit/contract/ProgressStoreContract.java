package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.ProgressStore;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link ProgressStore} has to keep. A store's test extends this class and says how an empty store is made and how time
 * passes for it:
 *
 * <pre>{@code
 * class MyProgressStoreTest extends ProgressStoreContract {
 *     private final ManualTime time = ManualTime.create();
 *
 *     protected ProgressStore createStore() {
 *         return new MyProgressStore(time);
 *     }
 *
 *     protected void passTime(Duration by) {
 *         time.advance(by);
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are one test each: {@link ProgressLaunchRules}, {@link ProgressFenceRules}, {@link ProgressPageRules},
 * {@link ProgressParkingRules} and {@link ProgressEndRules}; here runners who race, and random calls to the store and to a plain
 * reference side by side.
 *
 * <p>After every test the law is checked: rows of opened pages = rows with a result + unmarked rows + parked rows. JUnit makes a
 * new instance for every test.
 */
public abstract class ProgressStoreContract extends ProgressEndRules {

    /** For subclasses; JUnit makes one instance per test. */
    protected ProgressStoreContract() {}

    // Many at once, and at random

    @TestFactory
    public Stream<DynamicTest> runnersWhoReplaceOneAnotherEndEveryRowOnce() {
        return Seeds.tests(seed -> new ProgressRace(create(), this::passTime, lease(), patience()).run(seed));
    }

    @TestFactory
    public Stream<DynamicTest> doesWhatTheReferenceDoes() {
        return Seeds.tests(seed -> new ProgressModel(create(), this::passTime, lease(), seed).run(modelSteps()));
    }
}
