package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TooManyMembersException;
import dev.notifykit.topic.TooManyTopicsException;
import dev.notifykit.topic.TopicLimits;
import dev.notifykit.topic.TopicMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is in a topic: the part of {@link TopicStoreContract} about subscriptions. */
public abstract class TopicMemberRules extends TopicFixture {

    TopicMemberRules() {}

    @Test
    public void whoSubscribesIsAMemberAndATopicIsThereFromThenOn() {
        assertFalse(exists(NEWS));
        assertMembers(NEWS);

        subscribe(NEWS, ANNS, BOBS_PHONE);

        assertTrue(exists(NEWS));
        assertMembers(NEWS, ANNS, BOBS_PHONE);
        assertFalse(exists(MATCH));
        assertEquals(Set.of(NEWS), topics(store, Scan.all()));
    }

    @Test
    public void aMemberIsInATopicOnceHoweverOftenItSubscribes() {
        subscribe(NEWS, ANNS, ANNS);
        subscribe(NEWS, ANNS);
        subscribe(NEWS, BOBS, ANNS);
        assertMembers(NEWS, ANNS, BOBS);

        unsubscribe(NEWS, ANNS);
        assertMembers(NEWS, BOBS);
    }

    @Test
    public void whoUnsubscribesIsNoMemberAnyMore() {
        subscribe(NEWS, ANNS, BOBS, ANNS_PHONE);
        subscribe(MATCH, ANNS);

        unsubscribe(NEWS, ANNS, BOBS_PHONE);
        unsubscribe(NEWS, ANNS);

        assertMembers(NEWS, BOBS, ANNS_PHONE);
        assertNotIn(NEWS, ANNS, BOBS_PHONE);
        assertMembers(MATCH, ANNS);
        unsubscribe(TopicName.of("none"), ANNS);
        assertFalse(exists(TopicName.of("none")), "leaving creates nothing");
    }

    @Test
    public void whoUnsubscribedCanComeBack() {
        for (int i = 0; i < 3; i++) {
            subscribe(NEWS, ANNS);
            assertMembers(NEWS, ANNS);
            unsubscribe(NEWS, ANNS);
            assertMembers(NEWS);
            assertTrue(exists(NEWS), "a topic without members is still there");
        }
    }

    @Test
    public void aUserAndTheUsersInstallationsAreMembersOfTheirOwn() {
        TopicMember tablet = TopicMember.device(ANN, APP, InstallationId.of("tablet"));
        TopicMember elsewhere = TopicMember.device(ANN, AppId.of("other"), PHONE);
        subscribe(NEWS, ANNS, ANNS_PHONE, tablet, elsewhere, BOBS_PHONE);

        assertMembers(NEWS, ANNS, ANNS_PHONE, tablet, elsewhere, BOBS_PHONE);
        unsubscribe(NEWS, ANNS_PHONE);
        assertMembers(NEWS, ANNS, tablet, elsewhere, BOBS_PHONE);
        unsubscribe(NEWS, ANNS);
        assertMembers(NEWS, tablet, elsewhere, BOBS_PHONE);
    }

    @Test
    public void whoIsInATopicIsToldWhich() {
        subscribe(NEWS, ANNS);
        subscribe(MATCH, ANNS_PHONE, BOBS);

        assertEquals(Set.of(NEWS), get(store.topicsOf(ANNS)));
        assertEquals(Set.of(MATCH), get(store.topicsOf(ANNS_PHONE)));
        assertEquals(Set.of(NEWS, MATCH), get(store.topicsOf(ANN)));
        assertEquals(Set.of(MATCH), get(store.topicsOf(BOB)));
        assertEquals(Set.of(), get(store.topicsOf(BOBS_PHONE)));
    }

    @Test
    public void anErasedUserLeavesNothingAndOthersStay() {
        subscribe(NEWS, ANNS, ANNS_PHONE, BOBS);
        subscribe(MATCH, ANNS_PHONE);

        assertEquals(3, get(store.erase(ANN)));

        assertMembers(NEWS, BOBS);
        assertMembers(MATCH);
        assertEquals(Set.of(), get(store.topicsOf(ANN)));
        assertEquals(0, get(store.erase(ANN)), "once more");
        subscribe(NEWS, ANNS);
        assertMembers(NEWS, ANNS, BOBS);
    }

    @Test
    public void manyMembersComeAndGoInOneCall() {
        List<TopicMember> many = IntStream.range(0, TopicLimits.MEMBERS_PER_CALL)
                .mapToObj(i -> i % 2 == 0
                        ? TopicMember.user(UserId.of("user " + i))
                        : TopicMember.device(UserId.of("user " + i), APP, PHONE))
                .toList();
        get(store.subscribe(NEWS, many));
        assertEquals(Optional.of(1_000L), get(store.find(NEWS)).map(t -> t.members()));
        assertEquals(sorted(many), members(store, NEWS, Scan.all()));

        get(store.unsubscribe(NEWS, many.subList(0, 999)));
        assertMembers(NEWS, many.get(999));
    }

    @Test
    public void aCallWithTooManyMembersChangesNothing() {
        List<TopicMember> tooMany = IntStream.rangeClosed(0, TopicLimits.MEMBERS_PER_CALL)
                .mapToObj(i -> TopicMember.user(UserId.of("user " + i)))
                .toList();
        assertInstanceOf(TooManyMembersException.class, Answers.failure(store.subscribe(NEWS, tooMany), PATIENCE));
        assertInstanceOf(TooManyMembersException.class, Answers.failure(store.unsubscribe(NEWS, tooMany), PATIENCE));
        assertFalse(exists(NEWS));
    }

    @Test
    public void aCallWithoutMembersDoesNothing() {
        subscribe(NEWS);
        unsubscribe(NEWS);
        assertFalse(exists(NEWS));
    }

    @Test
    public void aUserHasALimitedNumberOfSubscriptionsAndOthersOfTheCallAreServed() {
        for (int i = 0; i < TOPICS_PER_USER - 1; i++) {
            subscribe(TopicName.of("topic" + i), i % 2 == 0 ? ANNS : ANNS_PHONE);
        }
        Throwable refusal = assertInstanceOf(
                TooManyTopicsException.class,
                Answers.failure(store.subscribe(NEWS, List.of(ANNS, ANNS_PHONE, BOBS)), PATIENCE));

        assertTrue(String.valueOf(refusal.getMessage()).contains(String.valueOf(TOPICS_PER_USER)), "the limit is told");
        assertMembers(NEWS, ANNS, BOBS);
        subscribe(NEWS, ANNS);
        unsubscribe(TopicName.of("topic0"), ANNS);
        passTime(Duration.ofMinutes(10)); // those that ended in the last minutes may still count
        subscribe(NEWS, ANNS_PHONE);
        assertMembers(NEWS, ANNS, ANNS_PHONE, BOBS);
    }

    @Test
    public void membersWithHostileNamesNeverMeet() {
        List<TopicMember> all = new ArrayList<>();
        for (String name : DeviceStoreNames.HOSTILE) {
            all.add(TopicMember.user(UserId.of(name)));
            all.add(TopicMember.device(BOB, APP, InstallationId.of(name)));
        }
        for (String glue : DeviceStoreNames.GLUE) {
            all.add(TopicMember.device(UserId.of("a" + glue + "b"), APP, InstallationId.of("c")));
            all.add(TopicMember.device(UserId.of("a"), APP, InstallationId.of("b" + glue + "c")));
        }
        List<TopicMember> distinct = all.stream()
                .distinct()
                .filter(member -> !member.user().equals(BOB))
                .toList();
        get(store.subscribe(NEWS, distinct));
        assertEquals(sorted(distinct), members(store, NEWS, Scan.all()));
        for (TopicMember member : distinct) {
            assertEquals(Set.of(NEWS), get(store.topicsOf(member)));
            unsubscribe(NEWS, member);
            assertEquals(Set.of(), get(store.topicsOf(member)));
        }
        assertMembers(NEWS);
    }

    @Test
    public void topicsWithHostileNamesNeverMeet() {
        List<TopicName> names = DeviceStoreNames.HOSTILE.stream()
                .filter(name -> name.chars().allMatch(c -> c > ' ' && c < 127))
                .limit(TOPICS_PER_USER)
                .map(TopicName::of)
                .toList();
        for (TopicName name : names) {
            subscribe(name, ANNS);
        }
        assertEquals(Set.copyOf(names), get(store.topicsOf(ANNS)));
        for (TopicName name : names) {
            assertMembers(name, ANNS);
            get(store.delete(name));
            assertMembers(name);
        }
    }
}
