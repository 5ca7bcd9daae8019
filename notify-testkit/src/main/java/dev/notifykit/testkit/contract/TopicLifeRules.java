package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicLimits;
import dev.notifykit.topic.TopicMember;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How topics begin and end: the part of {@link TopicStoreContract} about the topics themselves. */
public abstract class TopicLifeRules extends TopicMemberRules {

    TopicLifeRules() {}

    @Test
    public void aTopicIsCreatedAheadOfItsMembersAndOnce() {
        assertTrue(get(store.create(NEWS, null)));
        assertFalse(get(store.create(NEWS, HOUR)), "it is there, and stays as it is");

        assertEquals(new Topic(NEWS, null, 0), get(store.find(NEWS)).orElseThrow());
        subscribe(NEWS, ANNS);
        assertFalse(get(store.create(NEWS, null)));
        assertMembers(NEWS, ANNS);
    }

    @Test
    public void aTopicEndsWhenItsTimeIsOver() {
        Instant before = now();
        assertTrue(get(store.create(NEWS, HOUR)));
        subscribe(NEWS, ANNS, ANNS_PHONE);
        subscribe(MATCH, ANNS);
        Instant end = endOf(NEWS);
        assertFalse(end.isBefore(before.plus(HOUR).minusMillis(1)), "too early");
        assertFalse(end.isAfter(now().plus(HOUR)), "too late");

        passTime(HOUR.minusMinutes(5));
        assertMembers(NEWS, ANNS, ANNS_PHONE);
        passTime(Duration.ofMinutes(5));

        assertAsIfItHadNeverBeen(NEWS);
        assertEquals(Set.of(MATCH), topics(store, Scan.all()));
        assertEquals(Set.of(MATCH), get(store.topicsOf(ANN)));
        assertMembers(MATCH, ANNS);
        assertEquals(1, get(store.erase(ANN)), "what has ended does not count");
    }

    @Test
    public void whoSubscribesToATopicThatHasEndedBeginsAnew() {
        get(store.create(NEWS, HOUR));
        subscribe(NEWS, ANNS);
        passTime(HOUR);

        subscribe(NEWS, BOBS);

        assertMembers(NEWS, BOBS);
        assertNull(get(store.find(NEWS)).orElseThrow().endsAt(), "the old end is not the new one's");
        assertNotIn(NEWS, ANNS);
        passTime(HOUR);
        assertMembers(NEWS, BOBS);
    }

    @Test
    public void aTopicThatHasEndedCanBeCreatedAgain() {
        get(store.create(NEWS, HOUR));
        subscribe(NEWS, ANNS);
        passTime(HOUR);

        assertTrue(get(store.create(NEWS, HOUR)));
        assertMembers(NEWS);
        assertFalse(get(store.create(NEWS, HOUR)));
        passTime(HOUR.minusMinutes(5));
        assertTrue(exists(NEWS), "its own hour is not over");
    }

    @Test
    public void theEndOfATopicCanBeMovedAndTakenBack() {
        assertFalse(get(store.expire(NEWS, HOUR)), "it is not there");
        subscribe(NEWS, ANNS);

        assertTrue(get(store.expire(NEWS, HOUR)));
        passTime(HOUR.dividedBy(2));
        assertTrue(get(store.expire(NEWS, HOUR)));
        passTime(HOUR.dividedBy(2));
        assertMembers(NEWS, ANNS);
        assertTrue(get(store.expire(NEWS, null)));
        passTime(HOUR.multipliedBy(2));
        assertMembers(NEWS, ANNS);
        assertEquals(new Topic(NEWS, null, 1), get(store.find(NEWS)).orElseThrow());
        assertTrue(get(store.expire(NEWS, Duration.ofMinutes(1))));
        passTime(Duration.ofMinutes(1));
        assertAsIfItHadNeverBeen(NEWS);
        assertFalse(get(store.expire(NEWS, null)), "what has ended does not come back");
        assertAsIfItHadNeverBeen(NEWS);
    }

    @Test
    public void aTopicThatIsDeletedIsGoneAtOnce() {
        get(store.create(NEWS, HOUR));
        subscribe(NEWS, ANNS, BOBS_PHONE);
        subscribe(MATCH, ANNS);

        assertTrue(get(store.delete(NEWS)));

        assertAsIfItHadNeverBeen(NEWS);
        assertFalse(get(store.delete(NEWS)));
        assertMembers(MATCH, ANNS);
        subscribe(NEWS, BOBS);
        assertMembers(NEWS, BOBS);
        assertNull(get(store.find(NEWS)).orElseThrow().endsAt());
        assertNotIn(NEWS, ANNS, BOBS_PHONE);
    }

    @Test
    public void aLifeThatCannotBeIsRefused() {
        get(store.create(MATCH, null));
        for (Duration life : List.of(Duration.ZERO, Duration.ofSeconds(-1), TopicLimits.LONGEST_LIFE.plusMillis(1))) {
            assertInstanceOf(IllegalArgumentException.class, Answers.failure(store.create(NEWS, life), PATIENCE));
            assertInstanceOf(IllegalArgumentException.class, Answers.failure(store.expire(MATCH, life), PATIENCE));
        }
        assertFalse(exists(NEWS));
        assertEquals(new Topic(MATCH, null, 0), get(store.find(MATCH)).orElseThrow());
        assertTrue(get(store.create(NEWS, TopicLimits.LONGEST_LIFE)));
        passTime(HOUR);
        assertTrue(exists(NEWS));
    }

    // ---- pruning ----

    @Test
    public void pruningRemovesWhatTopicsThatHaveEndedLeaveBehind() {
        get(store.create(NEWS, HOUR));
        subscribe(NEWS, ANNS, ANNS_PHONE, BOBS, BOBS_PHONE);
        subscribe(MATCH, ANNS, BOBS);
        assertEquals(new PruneReport(0, 0, false), get(store.prune(100, false)), "nothing has ended");
        passTime(HOUR.multipliedBy(2));

        assertEquals(new PruneReport(1, 4, false), get(store.prune(100, true)));
        assertEquals(new PruneReport(1, 4, false), get(store.prune(100, true)), "a dry run removes nothing");
        assertEquals(new PruneReport(1, 4, false), get(store.prune(100, false)));
        assertEquals(new PruneReport(0, 0, false), get(store.prune(100, false)), "once more");

        assertMembers(MATCH, ANNS, BOBS);
        assertAsIfItHadNeverBeen(NEWS);
    }

    @Test
    public void pruningGoesStepByStep() {
        int members = 30;
        get(store.create(NEWS, HOUR));
        get(store.create(MATCH, HOUR));
        for (int i = 0; i < members; i++) {
            TopicMember member = TopicMember.user(UserId.of("user " + i));
            subscribe(i % 3 == 0 ? NEWS : MATCH, member);
        }
        passTime(HOUR.multipliedBy(2));

        int removed = 0;
        int topics = 0;
        for (int steps = 0; steps < 1_000; steps++) {
            PruneReport report = get(store.prune(7, false));
            assertTrue(report.members() <= 7, "more than the limit");
            removed += report.members();
            topics += report.topics();
            if (!report.more()) {
                break;
            }
        }
        assertEquals(members, removed);
        assertEquals(2, topics);
        assertEquals(new PruneReport(0, 0, false), get(store.prune(100, true)));
    }

    @Test
    public void pruningSparesTheTopicThatWasCreatedAgain() {
        get(store.create(NEWS, HOUR));
        subscribe(NEWS, ANNS);
        passTime(HOUR);
        subscribe(NEWS, BOBS);
        get(store.create(MATCH, null));
        subscribe(MATCH, ANNS);
        get(store.delete(MATCH));
        subscribe(MATCH, BOBS_PHONE);
        passTime(HOUR);

        for (int steps = 0; steps < 100 && get(store.prune(100, false)).more(); steps++) {
            assertTrue(exists(NEWS));
        }

        assertMembers(NEWS, BOBS);
        assertMembers(MATCH, BOBS_PHONE);
        assertEquals(Set.of(), get(store.topicsOf(ANN)));
    }

    private Instant endOf(TopicName topic) {
        Instant end = get(store.find(topic)).orElseThrow().endsAt();
        assertNotNull(end, "no end");
        return end;
    }

    private void assertAsIfItHadNeverBeen(TopicName topic) {
        assertFalse(exists(topic));
        assertMembers(topic);
        assertNotIn(topic, ANNS, ANNS_PHONE, BOBS, BOBS_PHONE);
        assertFalse(topics(store, Scan.all()).contains(topic));
    }
}
