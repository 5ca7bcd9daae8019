package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The part of {@link DedupStoreContract} about contents and versions that follow one another. */
public abstract class DedupCorrectionRules extends DedupClaimRules {

    DedupCorrectionRules() {}

    // Corrections

    @Test
    public void anotherContentIsACorrection() {
        hold(ONE, ANNA);
        passTime(half());

        assertSame(new Claim.Correction(half()), claim(TWO, BERT));
        assertSame(new Claim.InFlight(lease()), claim(TWO, CARL));
    }

    @Test
    public void aCorrectionWaitsForTheLastOfItsOriginals() {
        hold(ONE, ANNA);
        passTime(half());
        hold(TWO, BERT);

        assertSame(new Claim.Correction(lease()), claim(THREE, CARL));
        assertTrue(release(BERT));
        assertSame(new Claim.Correction(half()), claim(THREE, CARL));
    }

    @Test
    public void aCorrectionThatAsksAgainHearsWhatIsLeft() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        passTime(half());

        assertSame(new Claim.Correction(half()), claim(TWO, BERT));
        assertTrue(confirm(ANNA));
        assertSame(correctionOfNobody(), claim(TWO, BERT));
    }

    @Test
    public void originalsThatFellSilentAreNotWaitedFor() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        passTime(half());
        hold(TWO, BERT);
        passTime(half().plus(half().dividedBy(2)));

        assertSame(correctionOfNobody(), claim(TWO, BERT));
    }

    @Test
    public void whoFellSilentBeforeTheCorrectionIsNotWaitedFor() {
        say(ONE, ANNA);
        hold(TWO, BERT);
        passTime(lease().plus(half()));

        assertSame(correctionOfNobody(), claim(THREE, CARL));
        assertHasNothing(BERT);
    }

    @Test
    public void whatWasSupersededIsStaleToItsHolder() {
        hold(ONE, ANNA);
        hold(TWO, BERT);

        assertEquals(STALE, claim(ONE, ANNA));
        assertTrue(release(BERT));
        assertEquals(STALE, claim(ONE, ANNA));
    }

    @Test
    public void theFirstContentMayComeBack() {
        hold(ONE, ANNA);
        hold(TWO, BERT);

        assertSame(new Claim.Correction(lease()), claim(ONE, CARL));
        assertTrue(confirm(CARL));
        assertEquals(DUPLICATE, claim(ONE, DORA));
        assertSame(correctionOfNobody(), claim(TWO, DORA));
    }

    @Test
    public void tooManyCorrectionsAtOnceWait() {
        for (int i = 0; i <= DedupStore.MAX_SUPERSEDED; i++) {
            hold(EVENT.content("content " + i), new ClaimOwner("owner-" + i));
            passTime(lease().dividedBy(32));
        }
        Duration first = lease().minus(lease().dividedBy(32).multipliedBy(DedupStore.MAX_SUPERSEDED + 1));

        assertSame(new Claim.InFlight(first), claim(ONE, ANNA));
        assertHasNothing(ANNA);
        assertTrue(release(new ClaimOwner("owner-3")));
        assertInstanceOf(Claim.Correction.class, claim(ONE, ANNA));
        assertInstanceOf(Claim.InFlight.class, claim(TWO, BERT));
        assertInstanceOf(Claim.Correction.class, claim(TWO, new ClaimOwner("owner-5")), "its own makes room");
        assertInstanceOf(Claim.InFlight.class, claim(THREE, BERT));
        passTime(first.plus(lease().dividedBy(64)));
        assertInstanceOf(Claim.Correction.class, claim(THREE, BERT));
    }

    @Test
    public void anOriginalAtWorkStandsInTheWayWhenItsCorrectionWasReleased() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        assertTrue(release(BERT));

        assertSame(new Claim.InFlight(lease()), claim(ONE, CARL));
        assertSame(new Claim.Correction(lease()), claim(THREE, CARL));
        assertTrue(release(CARL));
        assertTrue(confirm(ANNA));
        assertEquals(DUPLICATE, claim(ONE, CARL));
    }

    @Test
    public void ofOriginalsAtWorkTheNewestStandsInTheWay() {
        hold(ONE, ANNA);
        hold(TWO, BERT);
        hold(THREE, CARL);
        assertTrue(release(CARL));

        assertSame(new Claim.InFlight(lease()), claim(TWO, DORA));
        assertSame(new Claim.Correction(lease()), claim(ONE, DORA));
    }

    @Test
    public void anOriginalAtWorkIsNewerThanWhatWasConfirmedBefore() {
        say(ONE, ANNA);
        hold(TWO, BERT);
        hold(THREE, CARL);
        assertTrue(release(CARL));

        assertSame(new Claim.Correction(lease()), claim(ONE, DORA));
    }

    @Test
    public void anOwnerHasOneClaim() {
        hold(ONE, ANNA);

        assertSame(correctionOfNobody(), claim(TWO, ANNA));
        assertTrue(release(ANNA));
        assertHasNothing(ANNA);
        assertEquals(NEW, claim(ONE, BERT));
    }

    @Test
    public void theSupersededWithAThirdContentStartsAnew() {
        hold(ONE, ANNA);
        hold(TWO, BERT);

        assertSame(new Claim.Correction(lease()), claim(THREE, ANNA));
        assertTrue(release(ANNA));
        assertHasNothing(ANNA);
        assertSame(new Claim.Correction(lease()), claim(THREE, ANNA));
        assertTrue(confirm(ANNA));
        assertEquals(DUPLICATE, claim(THREE, CARL));
        assertHasNothing(BERT);
    }

    // Versions

    @Test
    public void lowerThanConfirmedIsStale() {
        say(TWO.version(2), ANNA);

        assertEquals(STALE, claim(ONE.version(1), BERT));
        assertEquals(STALE, claim(TWO.version(1), BERT));
        assertSame(correctionOfNobody(), claim(ONE.version(2), BERT));
    }

    @Test
    public void lowerThanHeldIsStaleWhileItsLeaseRuns() {
        hold(TWO.version(2), ANNA);

        assertEquals(STALE, claim(ONE.version(1), BERT));
        passTime(lease().plus(half()));
        assertEquals(NEW, claim(ONE.version(1), BERT));
    }

    @Test
    public void lowerThanSupersededIsStaleWhileItsLeaseRuns() {
        hold(TWO.version(2), ANNA);
        hold(THREE, BERT);
        assertTrue(release(BERT));

        assertEquals(STALE, claim(ONE.version(1), CARL));
        assertTrue(release(ANNA));
        assertEquals(NEW, claim(ONE.version(1), CARL));
    }

    @Test
    public void aContentWithoutVersionIsNeverStaleAndChangesNoVersion() {
        say(TWO.version(2), ANNA);

        say(ONE, BERT);
        assertEquals(STALE, claim(THREE.version(1), CARL));
        assertSame(correctionOfNobody(), claim(THREE.version(2), CARL));
    }

    @Test
    public void aVersionAloneIsItsContent() {
        say(EVENT.version(2), ANNA);

        assertEquals(DUPLICATE, claim(EVENT.version(2), BERT));
        assertEquals(STALE, claim(EVENT.version(1), BERT));
        assertSame(correctionOfNobody(), claim(EVENT.version(3), BERT));
    }

    @Test
    public void aKnownContentRaisesTheVersionThatIsRemembered() {
        say(ONE.version(1), ANNA);
        assertEquals(DUPLICATE, claim(ONE.version(3), BERT));
        assertEquals(STALE, claim(TWO.version(2), BERT));

        hold(TWO.version(3), BERT);
        assertSame(new Claim.InFlight(lease()), claim(TWO.version(5), CARL));
        assertEquals(STALE, claim(THREE.version(4), CARL));

        assertSame(correctionOfNobody(), claim(TWO.version(7), BERT));
        assertEquals(STALE, claim(THREE.version(6), CARL));
        assertTrue(confirm(BERT));
        assertEquals(STALE, claim(THREE.version(6), CARL));
    }

    @Test
    public void aLowerVersionOfItsOwnDoesNotDisturbAHolder() {
        hold(ONE.version(2), ANNA);

        assertEquals(NEW, claim(ONE.version(1), ANNA));
        assertEquals(STALE, claim(TWO.version(1), BERT));
    }

    @Test
    public void versionsMayBeAnyNumber() {
        long[] rising = {Long.MIN_VALUE, -1, 0, 1, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        for (int i = 0; i < rising.length; i++) {
            say(EVENT.version(rising[i]), ANNA);

            assertEquals(DUPLICATE, claim(EVENT.version(rising[i]), BERT));
            if (i > 0) {
                assertEquals(STALE, claim(EVENT.version(rising[i - 1]), BERT));
                assertEquals(STALE, claim(EVENT.version(rising[i] - 1), BERT));
            }
        }
        assertFalse(release(ANNA));
    }
}
