package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.REJECTED;
import static dev.notifykit.testkit.contract.QueueValues.SUPERSEDED;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.dead;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.into;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static dev.notifykit.testkit.contract.QueueValues.parked;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.message.Message;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says how the claim of a message ends: with its last target, as its targets ended. */
public abstract class QueueClaimRules extends QueueSettleRules {

    QueueClaimRules() {}

    private List<Delivery> fetchDeliveries(PartitionLease lease) {
        return QueueValues.deliveriesOf(fetchAll(lease));
    }

    @Test
    public void theClaimEndsWithTheLastTarget() {
        submitNew(to(message("a", ONE), 1, 2, -3));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        settle(lease, ended(all.get(0), ACCEPTED));
        assertInFlight(ONE);
        settle(lease, ended(all.get(1), REJECTED), parked(all.get(2), lease()));
        assertInFlight(ONE);
        passTime(ttl());
        assertInFlight(ONE);
        deliverAll(lease);

        assertSaid(ONE);
        assertVerdict(Verdict.DUPLICATE, submit(to(message("b", ONE), 1)));
    }

    @Test
    public void theClaimIsHeldUntilTheMessageIsExpanded() {
        Message message = message("a", ONE);
        submitNew(toExpand(message));
        assertInFlight(ONE);
        PartitionLease lease = own();
        fetchAll(lease);
        expand(lease, into(message, 1, 2));
        assertInFlight(ONE);
        List<Delivery> all = fetchDeliveries(lease);
        settle(lease, ended(all.get(0), ACCEPTED));
        assertInFlight(ONE);
        settle(lease, ended(all.get(1), ACCEPTED));

        assertSaid(ONE);
    }

    @Test
    public void whoWasReleasedMayBeToldAgainAndNobodyElse() {
        submitNew(to(message("a", ONE), 1, 2, 3, -4));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        settle(
                lease,
                ended(all.get(0), ACCEPTED),
                ended(all.get(1), EXPIRED),
                ended(all.get(2), REJECTED),
                ended(all.get(3), EXPIRED));

        assertNewExceptFor(ONE, 1, 3);
    }

    @Test
    public void whereNobodyWasToldNothingWasSaid() {
        submitNew(to(message("a", ONE), 1, 2));
        PartitionLease lease = own();
        fetchDeliveries(lease).forEach(one -> settle(lease, ended(one, EXPIRED)));

        assertNewExceptFor(ONE);
        submitNew(to(message("b", ONE), 1, 2));
    }

    @Test
    public void anyResultMayCountAsSaidOrNot() {
        submitNew(to(message("a", ONE), 1, 2));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        settle(
                lease,
                new Settlement.Ended(all.get(0), EXPIRED, true),
                new Settlement.Ended(all.get(1), ACCEPTED, false));

        assertNewExceptFor(ONE, 1);
    }

    @Test
    public void aRepeatedEndIsNoneOfAnotherMessage() {
        submitNew(to(message("a", ONE), 1, 2));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        Settlement first = ended(all.get(0), EXPIRED);
        settle(lease, first, first);
        settle(lease, first);
        assertInFlight(ONE);
        settle(lease, ended(all.get(1), EXPIRED));
        submitNew(to(message("b", ONE), 1, 2));
        settle(lease, first, ended(all.get(1), EXPIRED));

        assertInFlight(ONE);
    }

    @Test
    public void theTimeToLiveBeginsWithTheEnd() {
        submitNew(to(message("a", ONE), 1));
        passTime(ttl().multipliedBy(5));
        deliverAll(own());
        passTime(ttl().minus(half()));
        assertSaid(ONE);
        passTime(lease());

        assertNewExceptFor(ONE);
    }

    @Test
    public void theEndOfASupersededMessageLeavesItsCorrectionAlone() {
        submitNew(to(message("a", ONE), 1));
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1)));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        settle(lease, ended(all.get(0), SUPERSEDED));
        assertInFlight(TWO);
        settle(lease, ended(all.get(1), ACCEPTED));

        assertSaid(TWO);
        assertTrue(ask(ONE) instanceof Claim.Correction);
    }

    @Test
    public void whatWasSupersededStaysSoWhenItsCorrectionIsForgotten() {
        submitNew(to(message("a", ONE), 1));
        submitNew(toExpand(message("m", QueueValues.OTHER_EVENT)));
        PartitionLease lease = own();
        Delivery original = fetchDeliveries(lease).get(0);
        settle(lease, parked(original, ttl().multipliedBy(2)));
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1)));
        assertVerdict(Verdict.CORRECTION, submit(to(message("n", QueueValues.OTHER_EVENT.content("n")), 2)));
        deliverAll(lease);
        passTime(ttl().multipliedBy(2));
        assertNewExceptFor(TWO);
        PartitionLease heir = own();

        assertTrue(fetch(heir, 0, PLENTY).deliveries().get(0).superseded());
        assertTrue(fetch(heir, PLENTY, 0).messages().get(0).superseded());
    }

    @Test
    public void whatWasSentBeforeItsCorrectionStillCounts() {
        submitNew(to(message("a", ONE), 1));
        PartitionLease lease = own();
        Delivery original = fetchOne(lease).delivery();
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1)));
        Delivery correction = fetchOne(lease).delivery();
        settle(lease, ended(original, ACCEPTED));
        settle(lease, ended(correction, EXPIRED));

        assertSaid(ONE);
    }

    @Test
    public void afterACorrectionWhatHadEndedBeforeSaysNothing() {
        submitNew(to(message("a", ONE), 1, 2));
        PartitionLease lease = own();
        deliverAll(lease);
        assertVerdict(Verdict.CORRECTION, submit(to(message("b", TWO), 1, 2)));
        List<Delivery> all = fetchDeliveries(lease);
        assertEquals(2, all.size(), "the correction goes to those who had the original");
        settle(lease, ended(all.get(0), EXPIRED), ended(all.get(1), ACCEPTED));

        assertNewExceptFor(TWO, 2);
    }

    @Test
    public void whoeverCorrectsItDirectlyLearnsThatItIsAtWork() {
        submitNew(to(message("a", ONE), 1));
        PartitionLease lease = own();
        Delivery original = fetchOne(lease).delivery();
        Claim claim = claim(TWO, ANOTHER_SENDER);
        assertTrue(
                claim instanceof Claim.Correction correction
                        && correction.originalsEndIn().compareTo(Duration.ZERO) > 0,
                () -> "an original at work was expected, was " + claim);
        settle(lease, ended(original, SUPERSEDED));

        assertEquals(new Claim.Correction(Duration.ZERO), claim(TWO, ANOTHER_SENDER));
    }

    @Test
    public void aDeadLetterCountsAsSaid() {
        submitNew(to(message("a", ONE), 1, 2));
        PartitionLease lease = own();
        List<Delivery> all = fetchDeliveries(lease);
        settle(lease, dead(all.get(0)));
        assertInFlight(ONE);
        settle(lease, ended(all.get(1), EXPIRED));

        assertNewExceptFor(ONE, 1);
    }

    @Test
    public void aMessageWithoutAKeyAnswersItsOwnRepetition() {
        Message message = message("a", null);
        submitNew(to(message, 1));
        PartitionLease lease = own();
        deliverAll(lease);
        assertVerdict(Verdict.NEW, submit(to(message, 1)));
        assertVerdict(Verdict.NEW, submit(toExpand(message)));

        assertEquals(1, state().made());
        assertEquals(0, state().pending());
    }
}
