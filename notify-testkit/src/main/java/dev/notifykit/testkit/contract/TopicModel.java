package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.TopicFixture.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random calls to a store and to the reference, side by side; few names and few times, so that everything meets everything. */
final class TopicModel {

    private static final int COMPARE_ALL_EVERY = 25;
    private static final Duration UNIT = Duration.ofMinutes(15);

    private static final List<TopicName> TOPICS =
            List.of(TopicName.of("news"), TopicName.of("{news}:m"), TopicName.of("a/b"), TopicName.of("z"));
    private static final List<UserId> USERS =
            List.of(UserId.of("ann"), UserId.of("{ann}:s"), UserId.of("ann\n"), UserId.of("\uD83D\uDE00"));
    private static final List<TopicMember> MEMBERS = members();

    private final TopicStore store;
    private final TopicReference reference = new TopicReference(MEMBERS);
    private final Consumer<Duration> passTime;
    private final Random random;
    private final StepLog log;
    private final int steps;
    private int ended;

    TopicModel(TopicStore store, Consumer<Duration> passTime, long seed, int steps) {
        this.store = store;
        this.passTime = passTime;
        random = new Random(seed);
        log = new StepLog(seed);
        this.steps = steps;
    }

    /** Fails with the seed and the last steps when the store and the reference part. */
    void run() {
        try {
            for (int i = 1; i <= steps; i++) {
                step();
                compare(any(TOPICS), any(MEMBERS));
                if (i % COMPARE_ALL_EVERY == 0) {
                    compareAll();
                }
            }
            compareAll();
            assertTrue(ended > 0, "topics that ended");
        } catch (RuntimeException | AssertionError e) {
            throw log.failure(e);
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        TopicName topic = any(TOPICS);
        if (dice < 40) {
            List<TopicMember> some = some();
            log.add("subscribe " + numbers(some) + " to " + topic);
            get(store.subscribe(topic, some));
            reference.subscribe(topic, some);
        } else if (dice < 62) {
            List<TopicMember> some = some();
            log.add("unsubscribe " + numbers(some) + " from " + topic);
            get(store.unsubscribe(topic, some));
            reference.unsubscribe(topic, some);
        } else if (dice < 70) {
            Duration life = life();
            log.add("create " + topic + " for " + life);
            assertEquals(reference.create(topic, life), get(store.create(topic, life)));
        } else if (dice < 78) {
            Duration life = life();
            log.add("expire " + topic + " after " + life);
            assertEquals(reference.expire(topic, life), get(store.expire(topic, life)));
        } else if (dice < 82) {
            log.add("delete " + topic);
            assertEquals(reference.delete(topic), get(store.delete(topic)));
        } else if (dice < 86) {
            UserId user = any(USERS);
            log.add("erase user " + USERS.indexOf(user));
            assertEquals(reference.erase(user), get(store.erase(user)));
        } else if (dice < 93) {
            prune();
        } else {
            pass();
        }
    }

    private void prune() {
        boolean dryRun = random.nextBoolean();
        int limit = 1 + random.nextInt(10);
        log.add("prune " + limit + (dryRun ? ", dry run" : ""));
        PruneReport report = get(store.prune(limit, dryRun));
        assertTrue(report.members() <= limit, "more than the limit");
    }

    private void pass() {
        Duration by = UNIT.multipliedBy(random.nextInt(3));
        log.add("pass " + by);
        int before = reference.topics().size();
        passTime.accept(by);
        reference.passTime(by);
        ended += before - reference.topics().size();
    }

    private void compareAll() {
        TOPICS.forEach(topic -> compare(topic, any(MEMBERS)));
        MEMBERS.forEach(member -> compare(any(TOPICS), member));
        assertEquals(
                reference.topics(), TopicFixture.topics(store, Scan.all().limit(1 + random.nextInt(4))), "all topics");
    }

    private void compare(TopicName topic, TopicMember member) {
        List<TopicMember> members = reference.members(topic);
        assertEquals(
                numbers(members),
                numbers(TopicFixture.members(store, topic, Scan.all().limit(1 + random.nextInt(8)))),
                "members of " + topic);
        Topic found = get(store.find(topic)).orElse(null);
        assertEquals(reference.topics().contains(topic), found != null, topic + " is there");
        if (found != null) {
            assertEquals(members.size(), found.members(), "how many members " + topic + " has");
            assertEquals(reference.hasEnd(topic), found.endsAt() != null, topic + " ends");
        }
        assertEquals(
                reference.topicsOf(member::equals),
                get(store.topicsOf(member)),
                "topics of member " + MEMBERS.indexOf(member));
        assertEquals(
                reference.topicsOf(m -> m.user().equals(member.user())),
                get(store.topicsOf(member.user())),
                "topics of user " + USERS.indexOf(member.user()));
    }

    private @Nullable Duration life() {
        int units = random.nextInt(5);
        return units == 0 ? null : UNIT.multipliedBy(units);
    }

    private List<TopicMember> some() {
        return IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> any(MEMBERS))
                .toList();
    }

    private static List<Integer> numbers(List<TopicMember> members) {
        return members.stream().map(MEMBERS::indexOf).toList();
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<TopicMember> members() {
        List<TopicMember> members = new ArrayList<>();
        for (UserId user : USERS) {
            members.add(TopicMember.user(user));
            members.add(TopicMember.device(user, AppId.of("app"), InstallationId.of("i")));
            members.add(TopicMember.device(user, AppId.of("app"), InstallationId.of("i:j")));
            members.add(TopicMember.device(user, AppId.of("app:i"), InstallationId.of("j")));
        }
        return TopicFixture.sorted(members);
    }
}
