package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How members and topics are listed: the part of {@link TopicStoreContract} about reading. */
public abstract class TopicListingRules extends TopicLifeRules {

    TopicListingRules() {}

    @Test
    public void aListingHasEveryMemberOnceInTheOrderOfTheirPositions() {
        List<TopicMember> crowd = crowd(100);
        get(store.subscribe(MATCH, crowd.subList(0, 20)));

        assertEquals(crowd, members(store, NEWS, Scan.all()));
        for (int limit : List.of(1, 7, 50, 99, 100, 101)) {
            assertEquals(crowd, members(store, NEWS, Scan.all().limit(limit)), "pages of " + limit);
        }
        List<TopicMember> parts = new ArrayList<>();
        for (String part : Scan.PARTS) {
            List<TopicMember> ofPart = members(store, NEWS, Scan.of(part).limit(3));
            ofPart.forEach(member -> assertTrue(member.position().startsWith(part), "in part " + part));
            parts.addAll(ofPart);
        }
        assertEquals(crowd, parts);
    }

    @Test
    public void allOfAUserStandTogetherAndTheUserFirst() {
        List<TopicMember> anns = new ArrayList<>(List.of(ANNS));
        for (int i = 0; i < 20; i++) {
            anns.add(TopicMember.device(ANN, APP, InstallationId.of("i" + i)));
        }
        get(store.subscribe(NEWS, anns));
        crowd(50);

        List<TopicMember> all = members(store, NEWS, Scan.all().limit(9));
        int first = all.indexOf(ANNS);
        assertEquals(Set.copyOf(anns), Set.copyOf(all.subList(first, first + anns.size())));
    }

    @Test
    public void aListingGoesOnAfterAnyPositionAndBeforeAnyUser() {
        subscribe(NEWS, ANNS, ANNS_PHONE, BOBS, BOBS_PHONE);
        List<TopicMember> all = sorted(List.of(ANNS, ANNS_PHONE, BOBS, BOBS_PHONE));

        for (int i = 0; i < all.size(); i++) {
            String position = all.get(i).position();
            assertEquals(
                    all.subList(i + 1, all.size()),
                    members(store, NEWS, Scan.all().from(position)));
            assertEquals(
                    all.subList(i / 2 * 2, all.size()),
                    members(store, NEWS, Scan.all().from(position.substring(0, 32))));
        }
        String first = all.get(0).position().substring(0, 32);
        assertEquals(all.subList(2, 4), members(store, NEWS, Scan.all().from(first + "." + "f".repeat(32))));
    }

    @Test
    public void whoIsAMemberAllTheWhileIsListedOnceWhoeverComesAndGoes() {
        List<TopicMember> steady = crowd(80);
        List<TopicMember> fleeting = sorted(IntStream.range(0, 80)
                .<TopicMember>mapToObj(i -> TopicMember.user(UserId.of("fleeting " + i)))
                .toList());
        get(store.subscribe(NEWS, fleeting.subList(0, 40)));

        int[] pages = {0};
        List<TopicMember> listed = members(store, NEWS, Scan.all().limit(10), page -> {
            // Those at the list's beginning go, as their pages are over, and others come; both move whatever has a
            // number.
            int turn = pages[0]++;
            if (turn < 10) {
                get(store.unsubscribe(NEWS, fleeting.subList(turn * 4, turn * 4 + 4)));
                get(store.subscribe(NEWS, fleeting.subList(76 - turn * 4, 80 - turn * 4)));
                get(store.subscribe(NEWS, steady.subList(turn, turn + 20)));
            }
        });

        assertTrue(pages[0] > 5, "pages: " + pages[0]);
        assertEquals(steady, listed.stream().filter(steady::contains).toList());
        assertEquals(listed.size(), Set.copyOf(listed).size(), "none was listed twice");
    }

    @Test
    public void aListingGoesOnFromItsCursorAtAnyLaterTime() {
        List<TopicMember> crowd = crowd(30);
        TopicPage first = get(store.members(NEWS, Scan.all().limit(11)));
        get(store.unsubscribe(NEWS, crowd.subList(0, 11)));
        get(store.delete(NEWS));
        get(store.subscribe(NEWS, crowd.subList(15, 30)));

        String cursor = first.next();
        assertEquals(crowd.get(10).position(), cursor, "the last of the page");
        assertEquals(
                crowd.subList(15, 30),
                members(store, NEWS, cursor == null ? Scan.all() : Scan.all().from(cursor)));
    }

    @Test
    public void allTopicsAreListed() {
        assertEquals(Set.of(), topics(store, Scan.all()));
        Set<TopicName> names =
                IntStream.range(0, 60).mapToObj(i -> TopicName.of("topic/" + i)).collect(Collectors.toSet());
        names.forEach(name -> get(store.create(name, null)));

        assertEquals(names, topics(store, Scan.all()));
        assertEquals(names, topics(store, Scan.all().limit(7)));
        Set<TopicName> parts = Scan.PARTS.stream()
                .flatMap(part -> topics(store, Scan.of(part).limit(2)).stream()
                        .filter(name -> name.digest().startsWith(part)))
                .collect(Collectors.toSet());
        assertEquals(names, parts);
    }

    @Test
    public void aForeignCursorFailsTheListing() {
        subscribe(NEWS, ANNS);
        for (String foreign : List.of("", "no cursor\n{of} this:store", "A".repeat(32), "0".repeat(31))) {
            for (CompletionStage<?> stage : List.of(
                    store.members(NEWS, Scan.all().from(foreign)),
                    store.members(MATCH, Scan.all().from(foreign)),
                    store.topics(Scan.all().from(foreign)))) {
                assertInstanceOf(IllegalArgumentException.class, Answers.failure(stage, PATIENCE));
            }
        }
    }

    private List<TopicMember> crowd(int size) {
        List<TopicMember> crowd = sorted(IntStream.range(0, size)
                .mapToObj(i -> i % 3 == 0
                        ? TopicMember.device(UserId.of("of the crowd " + i / 6), APP, InstallationId.of("i" + i))
                        : TopicMember.user(UserId.of("of the crowd " + i)))
                .toList());
        get(store.subscribe(NEWS, crowd));
        return crowd;
    }
}
