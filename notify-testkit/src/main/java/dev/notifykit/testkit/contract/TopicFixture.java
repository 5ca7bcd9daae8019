package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store under test, how it is made, and the words in which its rules are said. */
public abstract class TopicFixture {

    static final int TOPICS_PER_USER = 40;

    /** How long, in real time, a call may take before it counts as hung. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    static final Duration HOUR = Duration.ofHours(1);
    static final UserId ANN = UserId.of("ann");
    static final UserId BOB = UserId.of("bob");
    static final AppId APP = AppId.of("app");
    static final InstallationId PHONE = InstallationId.of("phone");
    static final TopicName NEWS = TopicName.of("news");
    static final TopicName MATCH = TopicName.of("match:42");
    static final TopicMember ANNS = TopicMember.user(ANN);
    static final TopicMember BOBS = TopicMember.user(BOB);
    static final TopicMember ANNS_PHONE = TopicMember.device(ANN, APP, PHONE);
    static final TopicMember BOBS_PHONE = TopicMember.device(BOB, APP, PHONE);
    static final Comparator<TopicMember> BY_POSITION = Comparator.comparing(TopicMember::position);

    TopicStore store;

    @SuppressWarnings("NullAway.Init") // set before each test
    TopicFixture() {}

    /**
     * Makes an empty store, apart from all others.
     *
     * @param topicsPerUser how many subscriptions a user has at most
     * @return a new store; the contract closes it
     */
    protected abstract TopicStore createStore(int topicsPerUser);

    /**
     * Reads the clock of the store.
     *
     * @return now
     */
    protected abstract Instant now();

    /**
     * Lets time pass for the store that was made last: what ends meanwhile has ended afterwards.
     *
     * @param by at most a few hours
     */
    protected abstract void passTime(Duration by);

    @BeforeEach
    public final void open() {
        store = createStore(TOPICS_PER_USER);
    }

    @AfterEach
    public final void close() {
        store.close();
    }

    final void subscribe(TopicName topic, TopicMember... members) {
        get(store.subscribe(topic, List.of(members)));
    }

    final void unsubscribe(TopicName topic, TopicMember... members) {
        get(store.unsubscribe(topic, List.of(members)));
    }

    final boolean exists(TopicName topic) {
        return get(store.find(topic)).isPresent();
    }

    /** Members, and what their users and the topic itself say of them. */
    final void assertMembers(TopicName topic, TopicMember... members) {
        assertEquals(sorted(List.of(members)), members(store, topic, Scan.all()), "members of " + topic);
        assertEquals(
                members.length, get(store.find(topic)).map(t -> t.members()).orElse(0L), "how many members");
        for (TopicMember member : members) {
            assertTrue(get(store.topicsOf(member)).contains(topic), "a member's topics");
            assertTrue(get(store.topicsOf(member.user())).contains(topic), "a user's topics");
        }
    }

    final void assertNotIn(TopicName topic, TopicMember... members) {
        for (TopicMember member : members) {
            assertTrue(!get(store.topicsOf(member)).contains(topic), "a topic of who is in it no longer");
        }
    }

    static List<TopicMember> sorted(Collection<TopicMember> members) {
        return members.stream().sorted(BY_POSITION).toList();
    }

    static List<TopicMember> members(TopicStore store, TopicName topic, Scan first) {
        return members(store, topic, first, page -> {});
    }

    /** A whole listing; what happens between its pages is the caller's. */
    static List<TopicMember> members(TopicStore store, TopicName topic, Scan first, Consumer<TopicPage> between) {
        List<TopicMember> all = new ArrayList<>();
        Scan scan = first;
        for (int steps = 0; steps < 10_000; steps++) {
            TopicPage page = get(store.members(topic, scan));
            assertTrue(page.members().size() <= first.limit(), "more than the limit");
            all.addAll(page.members());
            if (page.next() == null) {
                return all;
            }
            between.accept(page);
            scan = scan.from(page.next());
        }
        throw new AssertionError("a listing that does not end");
    }

    static Set<TopicName> topics(TopicStore store, Scan first) {
        List<TopicName> all = new ArrayList<>();
        Scan scan = first;
        for (int steps = 0; steps < 10_000; steps++) {
            var page = get(store.topics(scan));
            assertTrue(page.topics().size() <= first.limit(), "more than the limit");
            all.addAll(page.topics());
            if (page.next() == null) {
                assertEquals(
                        all.stream()
                                .sorted(Comparator.comparing(TopicName::digest))
                                .distinct()
                                .toList(),
                        all,
                        "the order of topics");
                return Set.copyOf(all);
            }
            scan = scan.from(page.next());
        }
        throw new AssertionError("a listing that does not end");
    }

    /** Waits for a store's answer, and fails when none comes. */
    static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        return Answers.get(stage, PATIENCE);
    }
}
