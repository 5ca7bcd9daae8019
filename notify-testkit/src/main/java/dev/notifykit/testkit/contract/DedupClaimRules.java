package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link DedupStoreContract} that says which verdict a claim gets. */
public abstract class DedupClaimRules extends DedupFixture {

    static final DedupKey ONE = EVENT.content("one");
    static final DedupKey TWO = EVENT.content("two");
    static final DedupKey THREE = EVENT.content("three");

    DedupClaimRules() {}

    // Nothing known

    @Test
    public void whatNobodyHasClaimedIsNew() {
        assertEquals(NEW, claim(EVENT, ANNA));
    }

    @Test
    public void idsHaveNothingToDoWithOneAnother() {
        List<String> ids = List.of(
                "match-7",
                "Match-7",
                "match-7 ",
                "match-77",
                "match",
                "match:7",
                "{match}-7",
                "mätch-7",
                "\u0000",
                "7\n",
                "*",
                "\uD83D\uDE00",
                "x".repeat(DedupKey.MAX_ID_LENGTH),
                "x".repeat(DedupKey.MAX_ID_LENGTH - 1) + "y");

        for (String id : ids) {
            say(DedupKey.of(id).content("one"), ANNA);
            assertEquals(DUPLICATE, claim(DedupKey.of(id).content("one"), BERT));
        }
    }

    // Held

    @Test
    public void theHolderWhoAsksAgainHearsTheSame() {
        assertEquals(NEW, claim(ONE, ANNA));

        assertEquals(NEW, claim(ONE, ANNA));
    }

    @Test
    public void askingAgainRenewsTheLease() {
        hold(ONE, ANNA);
        passTime(half());
        hold(ONE, ANNA);
        passTime(half().plus(half().dividedBy(2)));

        assertSame(new Claim.InFlight(half().dividedBy(2)), claim(ONE, BERT));
    }

    @Test
    public void askingAgainAfterTheLeaseRenewsItWhereNobodyTookOver() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));

        assertEquals(NEW, claim(ONE, ANNA));
        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
    }

    @Test
    public void anotherWithTheSameWaits() {
        hold(ONE, ANNA);

        assertSame(new Claim.InFlight(lease()), claim(ONE, BERT));
        passTime(half());
        assertSame(new Claim.InFlight(half()), claim(ONE, BERT));
    }

    @Test
    public void whoWasNotGrantedHasNothing() {
        hold(ONE, ANNA);
        claim(ONE, BERT);
        assertHasNothing(BERT);

        assertTrue(confirm(ANNA));
        claim(ONE, BERT);
        assertHasNothing(BERT);
        assertEquals(DUPLICATE, claim(ONE, CARL));
    }

    // Confirmed

    @Test
    public void whatWasConfirmedIsADuplicateToEverybody() {
        for (DedupKey key : List.of(
                DedupKey.of("id alone"),
                DedupKey.of("content").content("one"),
                DedupKey.of("version").version(1))) {
            say(key, ANNA);

            assertEquals(DUPLICATE, claim(key, BERT));
            assertEquals(DUPLICATE, claim(key, ANNA));
        }
    }

    @Test
    public void anotherContentAfterAConfirmIsACorrectionThatWaitsForNobody() {
        say(ONE, ANNA);

        assertSame(correctionOfNobody(), claim(TWO, BERT));
        assertSame(correctionOfNobody(), claim(TWO, BERT));
    }

    @Test
    public void whatHasNotReachedEverybodyIsNewForTheOthers() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1, 2));

        assertEquals(newFor(1, 2), claim(ONE, BERT));
        assertEquals(newFor(1, 2), claim(ONE, BERT));
        assertSame(new Claim.InFlight(lease()), claim(ONE, CARL));
    }

    // Taken over

    @Test
    public void whoeverFallsSilentIsTakenOver() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));

        assertEquals(TAKEN_OVER, claim(ONE, BERT));
        assertEquals(TAKEN_OVER, claim(ONE, BERT));
        assertHasNothing(ANNA);
        assertSame(new Claim.InFlight(lease()), claim(ONE, ANNA));
    }

    @Test
    public void takenOverIsOnlyTheSame() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));

        assertEquals(NEW, claim(TWO, BERT));
        assertHasNothing(ANNA);
    }

    @Test
    public void whatEndedBeforeATakeOverIsNotForgotten() {
        hold(ONE, ANNA);
        assertTrue(confirmSome(ANNA, 1));
        hold(ONE, BERT);
        passTime(lease().plus(half()));

        assertEquals(new Claim.New(targets(1), true), claim(ONE, CARL));
    }

    @Test
    public void whatWasGivenBackIsNotTakenOver() {
        hold(ONE, ANNA);
        passTime(lease().plus(half()));
        assertTrue(release(ANNA));

        assertEquals(NEW, claim(ONE, BERT));
    }
}
