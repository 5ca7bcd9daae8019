package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link DedupStore} has to keep. A store's test extends this class and says how an empty store is made and how time passes for
 * it:
 *
 * <pre>{@code
 * class MyDedupStoreTest extends DedupStoreContract {
 *     private final ManualTime time = ManualTime.create();
 *
 *     protected DedupStore createStore() {
 *         return new MyDedupStore(time);
 *     }
 *
 *     protected void passTime(Duration by) {
 *         time.advance(by);
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are one test each: {@link DedupClaimRules}, {@link DedupCorrectionRules}, {@link DedupEndRules}, and here what has to do with
 * time, bad input and many threads; then random calls to the store and to a plain reference side by side. JUnit makes a new instance for every test.
 */
public abstract class DedupStoreContract extends DedupEndRules {

    /** Each starts threads; enough for two of them to meet. */
    private static final int ROUNDS = 10;

    /** For subclasses; JUnit makes one instance per test. */
    protected DedupStoreContract() {}

    // Time to live

    @Test
    public void whatWasSaidIsForgottenInTheEnd() {
        say(ONE.version(5), ANNA);
        passTime(ttl().minus(half()));
        assertEquals(DUPLICATE, claim(ONE, BERT));
        passTime(lease());

        assertFalse(confirm(ANNA), "nothing to repeat");
        assertEquals(NEW, claim(ONE.version(4), BERT));
    }

    @Test
    public void aClaimIsForgottenInTheEnd() {
        hold(ONE, ANNA);
        passTime(ttl().plus(half()));

        assertHasNothing(ANNA);
        assertEquals(NEW, claim(ONE, BERT));
    }

    @Test
    public void everyChangeBeginsTheTimeToLiveAnew() {
        Duration most = ttl().minus(half());
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));
        passTime(most);
        hold(ONE, BERT);
        passTime(most);
        assertEquals(Standing.HELD, renew(BERT));
        passTime(most);
        hold(ONE, BERT);
        passTime(most);
        assertTrue(confirmSome(BERT, 2));
        passTime(most);

        assertEquals(newFor(1, 2), claim(ONE, CARL));
    }

    @Test
    public void whatChangesNothingDoesNotProlongTheTimeToLive() {
        say(ONE.version(5), ANNA);
        passTime(ttl().minus(half()));
        assertEquals(DUPLICATE, claim(ONE, BERT));
        assertEquals(STALE, claim(TWO.version(4), BERT));
        assertEquals(Standing.LOST, renew(BERT));
        assertFalse(confirm(BERT));
        assertFalse(release(BERT));
        assertTrue(confirm(ANNA), "a repetition");
        passTime(lease());

        assertEquals(NEW, claim(TWO, BERT));
    }

    @Test
    public void aConfirmSaysHowLongItIsRemembered() {
        hold(ONE, ANNA);
        assertTrue(answer(store().confirm(EVENT, ANNA, TargetEnds.all(targets(1)), ttl().multipliedBy(2))));
        passTime(ttl().plus(half()));
        assertEquals(DUPLICATE, claim(ONE, BERT));
        hold(TWO, BERT);
        assertTrue(answer(store().confirm(EVENT, BERT, TargetEnds.all(targets(1)), half())));
        passTime(lease());

        assertEquals(NEW, claim(ONE, CARL));
    }

    // Bad input

    @Test
    @SuppressWarnings("NullAway") // on purpose
    public void nullIsRefusedAtOnce() {
        DedupStore store = store();
        TargetEnds ends = TargetEnds.all(targets(1));
        assertAll(
                () -> assertThrows(NullPointerException.class, () -> store.claim(null, ANNA, terms())),
                () -> assertThrows(NullPointerException.class, () -> store.claim(ONE, null, terms())),
                () -> assertThrows(NullPointerException.class, () -> store.claim(ONE, ANNA, null)),
                () -> assertThrows(NullPointerException.class, () -> store.renew(null, ANNA, terms())),
                () -> assertThrows(NullPointerException.class, () -> store.renew(ONE, null, terms())),
                () -> assertThrows(NullPointerException.class, () -> store.renew(ONE, ANNA, null)),
                () -> assertThrows(NullPointerException.class, () -> store.confirm(null, ANNA, ends, ttl())),
                () -> assertThrows(NullPointerException.class, () -> store.confirm(ONE, null, ends, ttl())),
                () -> assertThrows(NullPointerException.class, () -> store.confirm(ONE, ANNA, null, ttl())),
                () -> assertThrows(NullPointerException.class, () -> store.confirm(ONE, ANNA, ends, null)),
                () -> assertThrows(NullPointerException.class, () -> store.release(null, ANNA)),
                () -> assertThrows(NullPointerException.class, () -> store.release(ONE, null)));
        assertEquals(NEW, claim(ONE, BERT));
    }

    @Test
    public void aConfirmLastsForSomeTime() {
        hold(ONE, ANNA);
        TargetEnds ends = TargetEnds.all(targets(1));
        assertThrows(IllegalArgumentException.class, () -> store().confirm(ONE, ANNA, ends, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> store().confirm(ONE, ANNA, ends, half().negated()));
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
    }

    // Close

    @Test
    public void aClosedStoreCannotSay() {
        hold(ONE, ANNA);
        store().close();
        store().close();

        assertFails(() -> store().claim(ONE, ANNA, terms()));
        assertFails(() -> store().renew(ONE, ANNA, terms()));
        assertFails(() -> store().confirm(ONE, ANNA, TargetEnds.all(targets(1)), ttl()));
        assertFails(() -> store().release(ONE, ANNA));
    }

    private void assertFails(Supplier<CompletionStage<?>> call) {
        CompletionStage<?> stage = Objects.requireNonNull(call.get(), "no call answers null");
        Answers.failure(stage, patience());
    }

    // Many at once, and anything at random

    /**
     * The store answers as the reference does.
     *
     * @return one test for each seed
     */
    @TestFactory
    public Stream<DynamicTest> doesWhatTheReferenceDoes() {
        return Seeds.tests(seed ->
                new DedupModel(create(), this::passTime, lease(), tolerance(), patience(), seed).run(modelSteps()));
    }

    /** Of many who claim at once, one goes on. */
    @Test
    public void ofManyWhoClaimAtOnceOneGoesOn() {
        race().oneClaimerWins(ROUNDS);
    }

    /** A dead holder's claim goes to one. */
    @Test
    public void aDeadHolderHasOneHeir() {
        race().oneHeirTakesOver(ROUNDS);
    }

    /** Confirm and take-over exclude each other. */
    @Test
    public void eitherALateConfirmCountsOrAnHeirGoesOn() {
        race().eitherTheLateConfirmCountsOrAnHeirGoesOn(ROUNDS * 5);
    }

    /** Claim, release and confirm from many threads let each content out once. */
    @Test
    public void everyContentIsSentOnce() {
        for (long seed : Seeds.some()) {
            race().everyContentIsSentOnce(seed);
        }
    }

    /** Corrections at once have an order. */
    @Test
    public void correctionsAtOnceHaveAnOrder() {
        race().correctionsHaveAnOrder(ROUNDS * 5);
    }

    /** Of versions at once the highest holds. */
    @Test
    public void ofVersionsAtOnceTheHighestHolds() {
        race().theHighestVersionHolds(ROUNDS * 5);
    }

    private DedupRace race() {
        return new DedupRace(create(), this::passTime, lease(), patience());
    }
}
