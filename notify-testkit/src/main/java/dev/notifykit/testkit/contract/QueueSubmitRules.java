package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.QueueValues.ACCEPTED;
import static dev.notifykit.testkit.contract.QueueValues.EVENT;
import static dev.notifykit.testkit.contract.QueueValues.EXPIRED;
import static dev.notifykit.testkit.contract.QueueValues.ONE;
import static dev.notifykit.testkit.contract.QueueValues.OTHER_EVENT;
import static dev.notifykit.testkit.contract.QueueValues.SUPERSEDED;
import static dev.notifykit.testkit.contract.QueueValues.TWO;
import static dev.notifykit.testkit.contract.QueueValues.ended;
import static dev.notifykit.testkit.contract.QueueValues.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.message.Message;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The part of {@link WorkQueueContract} that says what becomes of messages that are handed in. */
public abstract class QueueSubmitRules extends QueueFixture {

    QueueSubmitRules() {}

    @Test
    public void whatIsSubmittedIsHereOnce() {
        Submission submission = to(message("a", ONE), 1, 2);
        Submission unexpanded = toExpand(message("b", null));
        for (int i = 0; i < 3; i++) {
            assertVerdict(Verdict.NEW, submit(submission));
            assertVerdict(Verdict.NEW, submit(unexpanded));
        }

        QueueState state = state();
        assertEquals(2, state.made());
        assertEquals(2, state.queued());
        assertEquals(1, state.intake());
        assertEquals(3, state.pending());
        assertTrue(state.bytes() > 0, "it takes some room");
        PartitionLease lease = own();
        Fetched fetched = fetchAll(lease);
        assertEquals(submission.deliveries(), QueueValues.deliveriesOf(fetched));
        assertEquals(
                List.of(unexpanded.message()),
                fetched.messages().stream().map(taken -> taken.message()).toList());
        assertVerdict(Verdict.NEW, submit(submission));
        assertVerdict(Verdict.NEW, submit(unexpanded));
        assertState(0, 0, 2, Map.of());
    }

    @Test
    public void messagesWithoutAKeyAreAllNew() {
        submitNew("a", "b", "c");
        submitNew(toExpand(message("d", null)));

        assertState(3, 0, 0, Map.of());
    }

    @Test
    public void theSameByAnotherMessageIsADuplicate() {
        submitNew(to(message("a", ONE), 1));
        submitNew("b");
        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", ONE), 1)));
        assertVerdict(Verdict.DUPLICATE, submit(toExpand(message("d", ONE))));
        PartitionLease lease = own();
        Fetched fetched = fetchAll(lease);
        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", ONE), 1)));
        deliver(lease, fetched);
        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", ONE), 2)));

        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 2L));
        assertEquals(0, state().intake());
    }

    @Test
    public void afterItsTimeToLiveItIsNewAgain() {
        submitNew(to(message("a", ONE), 1));
        PartitionLease lease = own();
        deliverAll(lease);
        passTime(ttl().minus(half()));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("b", ONE), 1)));
        passTime(lease());

        submitNew(to(message("c", ONE), 1));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("a", ONE), 1)));
    }

    @Test
    public void whatWaitsIsNotForgotten() {
        submitNew(to(message("a", ONE), 1));
        submitNew(toExpand(message("b", null)));
        passTime(ttl().multipliedBy(3));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", ONE), 1)));
        assertVerdict(Verdict.NEW, submit(toExpand(message("b", null))));
        assertEquals(1, state().intake());
        deliverAll(own());
        passTime(ttl().minus(half()));

        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", ONE), 1)));
    }

    @Test
    public void aLowerVersionIsStale() {
        submitNew(to(message("a", EVENT.version(5)), 1));
        assertVerdict(Verdict.STALE, submit(to(message("b", EVENT.version(4)), 1)));
        assertVerdict(Verdict.STALE, submit(to(message("b", TWO.version(4)), 1)));
        deliverAll(own());
        assertVerdict(Verdict.STALE, submit(to(message("b", EVENT.version(4)), 1)));
        assertVerdict(Verdict.CORRECTION, submit(to(message("c", EVENT.version(6)), 1)));

        assertEquals(2, state().made());
    }

    @Test
    public void otherContentIsACorrection() {
        Submission original = to(message("a", ONE), 1);
        Submission correction = to(message("b", TWO), 1);
        submitNew(original);
        assertVerdict(Verdict.CORRECTION, submit(correction));
        assertVerdict(Verdict.CORRECTION, submit(correction));
        assertVerdict(Verdict.NEW, submit(original));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("c", TWO), 1)));

        List<Started> started = fetchAll(own()).deliveries();
        assertEquals(2, started.size());
        assertTrue(started.get(0).superseded(), "the original");
        assertFalse(started.get(0).correction(), "the original");
        assertFalse(started.get(1).superseded(), "the correction");
        assertTrue(started.get(1).correction(), "the correction");
    }

    @Test
    public void whatWasSaidAnswersItsOwnRepetitionAsAtFirst() {
        Submission original = to(message("a", ONE), 1);
        Submission correction = to(message("b", TWO), 1);
        PartitionLease lease = own();
        submitNew(original);
        deliverAll(lease);
        assertVerdict(Verdict.NEW, submit(original));
        assertVerdict(Verdict.CORRECTION, submit(correction));
        deliverAll(lease);
        assertVerdict(Verdict.CORRECTION, submit(correction));

        assertState(0, 0, 0, Map.of(Kind.ACCEPTED, 2L));
    }

    @Test
    public void whatWasReleasedMayBeSaidAgain() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1));
        settle(lease, ended(fetchOne(lease).delivery(), EXPIRED));
        submitNew(to(message("a", ONE), 1));
        settle(lease, ended(fetchOne(lease).delivery(), EXPIRED));
        submitNew(to(message("b", ONE), 1));
        deliverAll(lease);

        assertVerdict(Verdict.DUPLICATE, submit(to(message("a", ONE), 1)));
        assertState(0, 0, 0, Map.of(Kind.EXPIRED, 2L, Kind.ACCEPTED, 1L));
    }

    @Test
    public void whoHasItGetsItNoSecondTime() {
        PartitionLease lease = own();
        submitNew(to(message("a", ONE), 1, 2));
        Fetched fetched = fetchAll(lease);
        settle(
                lease,
                ended(fetched.deliveries().get(0).delivery(), ACCEPTED),
                ended(fetched.deliveries().get(1).delivery(), EXPIRED));
        submitNew(to(message("b", ONE), 1, 2, 3));

        assertState(2, 0, 0, Map.of(Kind.ACCEPTED, 1L, Kind.EXPIRED, 1L, Kind.SUPPRESSED, 1L));
        Fetched again = fetchAll(lease);
        assertEquals(QueueValues.deliveries(message("b", ONE), 2, 3), QueueValues.deliveriesOf(again));
        settle(
                lease,
                ended(again.deliveries().get(0).delivery(), ACCEPTED),
                ended(again.deliveries().get(1).delivery(), EXPIRED));
        assertNewExceptFor(ONE, 1, 2);
        // Nobody is left who has to be told: it ends as it is handed in.
        submitNew(to(message("c", ONE), 1, 2));
        assertSaid(ONE);
        assertEquals(3, state().results().get(Kind.SUPPRESSED));
    }

    @Test
    public void correctionsAreNotKeptWaiting() {
        int most = DedupStore.MAX_SUPERSEDED + 5;
        for (int i = 0; i < most; i++) {
            Submitted submitted = submit(to(message("m" + i, EVENT.content("c" + i)), 1));
            assertVerdict(i == 0 ? Verdict.NEW : Verdict.CORRECTION, submitted);
        }
        PartitionLease lease = own();
        List<Started> started = fetchAll(lease).deliveries();
        for (int i = 0; i < most; i++) {
            boolean last = i == most - 1;
            assertEquals(!last, started.get(i).superseded(), "superseded: " + i);
            settle(lease, ended(started.get(i).delivery(), last ? ACCEPTED : SUPERSEDED));
        }

        assertSaid(EVENT.content("c" + (most - 1)));
    }

    @Test
    public void eachOfAListIsJudgedForItself() {
        List<Submitted> answers = queue().submit(List.of(
                to(message("a", EVENT.version(2)), 1),
                to(message("b", EVENT.version(2)), 1),
                to(message("c", EVENT.version(1)), 1),
                to(message("a", EVENT.version(2)), 1),
                toExpand(message("d", EVENT.version(3))),
                to(message("e", null), 1, 2, 3)));

        assertEquals(
                List.of(Verdict.NEW, Verdict.DUPLICATE, Verdict.STALE, Verdict.NEW, Verdict.CORRECTION, Verdict.NEW),
                answers.stream().map(QueueFixture::verdict).toList());
        assertEquals(4, state().queued());
        assertEquals(1, state().intake());
        assertEquals(List.of(), queue().submit(List.of()));
    }

    @Test
    public void howManyComeBeforeIsExactInOnePartition() {
        for (int i = 0; i < 4; i++) {
            Submitted answer = submit(i % 2 == 0 ? to(message("m" + i, null), 1) : toExpand(message("m" + i, null)));
            if (answer instanceof Submitted.Queued queued && !queued.estimated()) {
                assertEquals(i, queued.ahead());
            }
        }
        deliverAll(own());
        if (submit(to(message("last", null), 1)) instanceof Submitted.Queued queued && !queued.estimated()) {
            assertEquals(2, queued.ahead(), "two messages of the intake");
        }
    }

    // The limit

    @Test
    public void aFullQueueTakesNothing() {
        make(1, 5, PLENTY);
        submitNew(to(message("a", ONE.version(7)), 1, 2));
        submitNew(to(message("b", null), 1));
        submitNew(toExpand(message("c", null)));
        assertVerdict(Verdict.FULL, submit(to(message("d", null), 1, 2)));
        submitNew("e");
        QueueState before = state();

        assertVerdict(Verdict.FULL, submit(to(message("f", null), 1)));
        assertVerdict(Verdict.FULL, submit(toExpand(message("g", OTHER_EVENT))));
        assertVerdict(Verdict.FULL, submit(later(message("h", null), lease(), 1)));
        assertVerdict(Verdict.FULL, submit(to(message("i", TWO.version(8)), 1)));

        assertEquals(before, state());
        assertNewExceptFor(OTHER_EVENT);
        assertInFlight(ONE.version(7));
        Fetched fetched = fetchAll(own());
        assertTrue(fetched.deliveries().stream().noneMatch(Started::superseded), "a correction that was not taken");
    }

    @Test
    public void aFullQueueStillKnowsWhatItKnows() {
        make(1, 1, PLENTY);
        submitNew(to(message("a", ONE.version(7)), 1));

        assertVerdict(Verdict.NEW, submit(to(message("a", ONE.version(7)), 1)));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("b", ONE.version(7)), 1)));
        assertVerdict(Verdict.STALE, submit(to(message("c", TWO.version(6)), 1)));
        assertState(1, 0, 0, Map.of());
    }

    @Test
    public void whatEndsMakesRoom() {
        make(1, 2, PLENTY);
        PartitionLease lease = own();
        for (int i = 0; i < 5; i++) {
            submitNew(to(message("a" + i, null), 1, 2));
            List<Verdict> late = new ArrayList<>();
            late.add(verdict(submit(to(message("b" + i, null), 1))));
            Fetched fetched = fetchAll(lease);
            late.add(verdict(submit(to(message("c" + i, null), 1))));
            deliver(lease, fetched);
            assertEquals(List.of(Verdict.FULL, Verdict.FULL), late, "round " + i);
        }
        submitNew(toExpand(message("d", null)));
        expand(lease, QueueValues.endedUnexpanded(message("d", null), EXPIRED, false));
        submitNew("e", "f");
        assertEquals(Verdict.FULL, verdict(submit(to(message("g", null), 1))));
    }

    // Beside a dedup store

    @Test
    public void whatIsSentDirectlyIsKnownHere() {
        assertEquals(new Claim.New(Set.of(), false), claim(ONE, SENDER));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("a", ONE), 1)));
        assertTrue(release(ONE, SENDER));
        submitNew(to(message("a", ONE), 1));
        deliverAll(own());
        send(TWO, 1);

        assertVerdict(Verdict.DUPLICATE, submit(to(message("b", TWO), 1)));
        assertVerdict(Verdict.CORRECTION, submit(to(message("c", ONE), 1)));
    }

    @Test
    public void whatWaitsHereIsKnownToWhoeverSendsDirectly() {
        Message message = message("a", ONE.version(3));
        submitNew(to(message, 1));
        assertInFlight(ONE.version(3));
        assertEquals(new Claim.Stale(), ask(TWO.version(2)));
        passTime(ttl());
        assertInFlight(ONE.version(3));
        assertTrue(claim(TWO.version(4), ANOTHER_SENDER) instanceof Claim.Correction, "a correction");

        assertTrue(fetchOne(own()).superseded(), "a correction was sent directly");
    }

    @Test
    public void theTimeToLiveIsTheSubmissions() {
        Message message = message("a", ONE);
        submitNew(new Submission(message, QueueValues.deliveries(message, 1), ttl().multipliedBy(3), Duration.ZERO));
        deliverAll(own());
        passTime(ttl().multipliedBy(2));
        assertVerdict(Verdict.DUPLICATE, submit(to(message("b", ONE), 1)));
        passTime(ttl());

        submitNew(to(message("b", ONE), 1));
    }
}
