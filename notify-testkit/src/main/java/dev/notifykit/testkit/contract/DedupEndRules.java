package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.Standing;
import dev.notifykit.dedup.TargetEnds;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link DedupStoreContract} that says what becomes of a claim: renewed, confirmed, released. */
public abstract class DedupEndRules extends DedupCorrectionRules {

    DedupEndRules() {}

    // Renew

    @Test
    public void aRenewedClaimHoldsForAnotherLease() {
        hold(ONE, ANNA);
        passTime(half());

        assertEquals(Standing.HELD, renew(ANNA));
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
    }

    @Test
    public void aClaimThatRanOutIsRenewedWhereNobodyTookOver() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));

        assertEquals(Standing.HELD, renew(ANNA));
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
    }

    @Test
    public void aClaimThatEndedIsNotRenewed() {
        assertEquals(Standing.LOST, renew(ANNA), "never claimed");
        hold(ONE, ANNA);
        assertTrue(release(ANNA));
        assertEquals(Standing.LOST, renew(ANNA), "released");
        say(ONE, ANNA);
        assertEquals(Standing.LOST, renew(ANNA), "confirmed");
        assertEquals(DUPLICATE, claim(ONE, BERT));
    }

    @Test
    public void theSupersededHearsItAndIsWaitedFor() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        passTime(half());

        assertEquals(Standing.SUPERSEDED, renew(ANNA));
        assertEquals(Standing.HELD, renew(BERT));
        assertSame(new Claim.Correction(lease()), claim(TWO, BERT));
        assertTrue(release(BERT));
        assertEquals(Standing.SUPERSEDED, renew(ANNA));
    }

    @Test
    public void aSupersededClaimIsOverWithItsLease() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        passTime(lease().plus(half()));

        assertHasNothing(ANNA);
        assertEquals(Standing.HELD, renew(BERT));
    }

    @Test
    public void aConfirmedCorrectionEndsWhatItSuperseded() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        hold(THREE, CARL);
        assertTrue(confirm(CARL));

        assertHasNothing(ANNA);
        assertHasNothing(BERT);
        assertEquals(DUPLICATE, claim(THREE, DORA));
    }

    // Confirm

    @Test
    public void whoDoesNotHoldConfirmsNothing() {
        assertFalse(confirm(ANNA), "never claimed");
        hold(ONE, ANNA);
        assertFalse(confirm(BERT), "another's");
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
        assertTrue(release(ANNA));
        assertFalse(confirm(ANNA), "released");
        assertEquals(NEW, claim(ONE, BERT));
    }

    @Test
    public void whoeverWasTakenOverConfirmsNothing() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));
        hold(ONE, BERT);

        assertFalse(confirm(ANNA));
        assertSame(new Claim.InFlight(lease()), claim(ONE, CARL));
        assertTrue(release(BERT));
        assertEquals(NEW, claim(ONE, CARL));
    }

    @Test
    public void aLateConfirmCountsWhereNobodyTookOver() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));

        assertTrue(confirm(ANNA));
        assertEquals(DUPLICATE, claim(ONE, BERT));
    }

    @Test
    public void aRepeatedConfirmAnswersAsBeforeAndNotesNothing() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));

        assertTrue(confirmSome(ANNA, 1, 2));
        assertTrue(confirm(ANNA));
        assertEquals(newFor(1), claim(ONE, BERT));
        assertTrue(confirmSome(ANNA, 1), "somebody else's claim changes nothing");
        assertTrue(confirm(BERT));
        assertFalse(confirmSome(ANNA, 1), "another has confirmed");
    }

    @Test
    public void aConfirmIsNotRepeatedForAnOlderClaimOfItsOwner() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));
        hold(ONE, ANNA);
        passTime(lease().plus(half()));
        hold(ONE, BERT);

        assertFalse(confirmSome(ANNA, 2), "its second claim was lost");
    }

    @Test
    public void whatEndedAddsUp() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));
        hold(ONE, BERT);
        assertTrue(confirmSome(BERT, 2, 3));

        assertEquals(newFor(1, 2, 3), claim(ONE, CARL));
        assertTrue(answer(store().confirm(EVENT, CARL, TargetEnds.all(targets(4)), ttl())));
        assertEquals(DUPLICATE, claim(ONE, DORA));
    }

    @Test
    public void whatEndedMayBeNobodyOrMany() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA));
        assertEquals(NEW, claim(ONE, BERT));
        int[] many = IntStream.range(0, 500).toArray();
        assertTrue(confirmSome(BERT, many));

        assertEquals(newFor(many), claim(ONE, CARL));
    }

    @Test
    public void theConfirmOfTheSupersededCountsUntilSomethingNewerIsConfirmed() {
        hold(ONE, ANNA);
        hold(TWO, BERT);

        assertTrue(confirm(ANNA));
        assertSame(new Claim.InFlight(lease()), claim(TWO, CARL));
        assertTrue(release(BERT));
        assertEquals(DUPLICATE, claim(ONE, CARL));
        assertSame(correctionOfNobody(), claim(TWO, CARL));
    }

    @Test
    public void theConfirmOfTheSupersededDoesNotUndoItsCorrection() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        assertTrue(confirm(BERT));

        assertFalse(confirm(ANNA));
        assertEquals(DUPLICATE, claim(TWO, CARL));
    }

    @Test
    public void ofTheSupersededTheNewestConfirmStays() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        hold(THREE, CARL);
        assertTrue(confirm(BERT));
        assertTrue(release(CARL));
        assertEquals(Standing.SUPERSEDED, renew(ANNA));
        assertEquals(DUPLICATE, claim(TWO, DORA), "what is still at work is older");

        assertFalse(confirm(ANNA), "something newer was confirmed");
        assertEquals(DUPLICATE, claim(TWO, DORA));
        assertSame(correctionOfNobody(), claim(ONE, DORA));
    }

    @Test
    public void aCorrectionStartsFromNothing() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        hold(ONE, CARL);
        assertTrue(confirmSome(ANNA, 1, 2));
        assertTrue(confirmSome(CARL, 3));

        assertEquals(newFor(3), claim(ONE, DORA), "in between 1 and 2 may have got the other content");
    }

    @Test
    public void aCorrectionThatDidNotReachEverybodyIsNewForTheOthers() {
        say(ONE, ANNA);
        hold(TWO, BERT);
        assertTrue(confirmSome(BERT, 1));

        assertEquals(newFor(1), claim(TWO, CARL));
        assertTrue(confirmSome(CARL, 2));
        assertEquals(newFor(1, 2), claim(TWO, DORA));
        assertTrue(release(DORA));
        assertSame(correctionOfNobody(), claim(ONE, DORA));
    }

    // Release

    @Test
    public void whatWasGivenBackIsNewAgain() {
        hold(ONE, ANNA);

        assertTrue(release(ANNA));
        assertHasNothing(ANNA);
        assertEquals(NEW, claim(ONE, BERT));
    }

    @Test
    public void onlyTheHolderGivesBack() {
        assertFalse(release(ANNA), "never claimed");
        hold(ONE, ANNA);
        assertFalse(release(BERT), "another's");
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
        passTime(lease().plus(half()));
        hold(ONE, BERT);
        assertFalse(release(ANNA), "taken over");
        assertSame(new Claim.InFlight(lease()), claim(ONE, CARL));
    }

    @Test
    public void aReleaseKeepsWhatWasConfirmed() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));
        hold(ONE, BERT);
        assertTrue(release(BERT));
        assertEquals(newFor(1), claim(ONE, CARL));
        assertTrue(confirm(CARL));
        hold(TWO, BERT);
        assertTrue(release(BERT));
        assertEquals(DUPLICATE, claim(ONE, DORA));
        assertFalse(release(CARL), "it was said");
        assertEquals(DUPLICATE, claim(ONE, DORA));
    }

    @Test
    public void whatTheSupersededGaveBackIsNotWaitedFor() {
        hold(ONE, ANNA);
        hold(TWO, BERT);

        assertTrue(release(ANNA));
        assertHasNothing(ANNA);
        assertSame(correctionOfNobody(), claim(TWO, BERT));
        assertSame(new Claim.InFlight(lease()), claim(TWO, CARL));
    }
}
