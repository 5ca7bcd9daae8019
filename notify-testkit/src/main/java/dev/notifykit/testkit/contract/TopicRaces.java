package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.TopicFixture.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Many at once on one topic, or one member; what has to come of it can be counted. */
final class TopicRaces {

    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final TopicName NEWS = TopicName.of("news");

    private final TopicStore store;

    TopicRaces(TopicStore store) {
        this.store = store;
    }

    void ofManyWhoCreateATopicOneIsToldSo() {
        for (int round = 0; round < 50; round++) {
            TopicName topic = TopicName.of("topic" + round);
            List<Boolean> created = Together.run(THREADS, () -> get(store.create(topic, null)), PATIENCE);
            assertEquals(1, created.stream().filter(c -> c).count(), "round " + round);
        }
    }

    void ofManyWhoSubscribeNobodyIsLost() {
        int each = 50;
        AtomicInteger numbers = new AtomicInteger();
        Together.run(
                THREADS,
                () -> {
                    for (int i = 0; i < each; i++) {
                        // Each subscribes with one who came before: they meet, and count once all the same.
                        int number = numbers.getAndIncrement();
                        get(store.subscribe(NEWS, List.of(user(number), user(number / 2))));
                    }
                    return 0;
                },
                PATIENCE);

        List<TopicMember> expected = TopicFixture.sorted(
                IntStream.range(0, THREADS * each).mapToObj(TopicRaces::user).toList());
        assertEquals(expected, TopicFixture.members(store, NEWS, Scan.all()));
        assertEquals(
                expected.size(),
                get(store.find(NEWS)).map(topic -> topic.members()).orElse(0L));
    }

    /** Whoever was last: the topic and the user must say the same, and an erased user leaves nothing. */
    void comingAndGoingAtOnceEndsInOneOfTheTwo() {
        for (int round = 0; round < 100; round++) {
            TopicMember member = round % 2 == 0
                    ? user(round)
                    : TopicMember.device(UserId.of("user " + round), AppId.of("app"), InstallationId.of("i"));
            if (round % 3 == 0) {
                get(store.subscribe(NEWS, List.of(member)));
            }
            Callable<Integer> come = () -> {
                get(store.subscribe(NEWS, List.of(member)));
                return 0;
            };
            Callable<Integer> go = () -> {
                get(store.unsubscribe(NEWS, List.of(member)));
                return 0;
            };
            Together.run(List.of(come, go, come, go), PATIENCE);
            assertAgreed(member, "round " + round);
            get(store.erase(member.user()));
            assertEquals(List.of(), TopicFixture.members(store, NEWS, Scan.all()), "left by an erased user");
        }
    }

    void deletingWhileOthersSubscribeLeavesNoHalfMember() {
        for (int round = 0; round < 50; round++) {
            List<TopicMember> members = List.of(user(round * 3), user(round * 3 + 1), user(round * 3 + 2));
            List<Callable<Integer>> calls = new ArrayList<>();
            members.forEach(member -> calls.add(() -> {
                get(store.subscribe(NEWS, List.of(member)));
                return 0;
            }));
            calls.add(() -> {
                get(store.delete(NEWS));
                return 0;
            });
            Together.run(calls, PATIENCE);
            String about = "round " + round;
            members.forEach(member -> assertAgreed(member, about));
            get(store.delete(NEWS));
            members.forEach(member -> assertEquals(Set.of(), get(store.topicsOf(member)), about));
        }
    }

    void whoStaysIsListedOnceWhileOthersComeAndGo() {
        List<TopicMember> steady = TopicFixture.sorted(
                IntStream.range(0, 200).mapToObj(TopicRaces::user).toList());
        get(store.subscribe(NEWS, steady));
        AtomicBoolean over = new AtomicBoolean();
        Callable<Integer> fidget = () -> {
            for (int i = 0; !over.get(); i++) {
                List<TopicMember> some = List.of(user(1_000 + i % 50), user(2_000 + i % 70));
                get(store.subscribe(NEWS, some));
                get(store.unsubscribe(NEWS, some));
            }
            return 0;
        };
        Callable<Integer> reader = () -> {
            try {
                for (int i = 0; i < 20; i++) {
                    List<TopicMember> listed =
                            TopicFixture.members(store, NEWS, Scan.all().limit(17));
                    assertEquals(listed.size(), Set.copyOf(listed).size(), "listed twice");
                    assertEquals(
                            steady, listed.stream().filter(steady::contains).toList());
                }
                return 0;
            } finally {
                over.set(true);
            }
        };
        Together.run(List.of(reader, fidget, fidget), PATIENCE);
    }

    private void assertAgreed(TopicMember member, String about) {
        boolean listed = TopicFixture.members(store, NEWS, Scan.all()).contains(member);
        assertEquals(listed, get(store.topicsOf(member)).contains(NEWS), about + ", listed: " + listed);
        assertEquals(listed, get(store.topicsOf(member.user())).contains(NEWS), about + ", listed: " + listed);
        assertTrue(!listed || get(store.find(NEWS)).isPresent(), about);
    }

    private static TopicMember user(int number) {
        return TopicMember.user(UserId.of("user " + number));
    }
}
